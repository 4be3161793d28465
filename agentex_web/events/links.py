"""The URL to which a task's event is reported. It is signed, bound to the task and the name, and expires."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from agentex_web.accounts.invitations import public_origin

_SALT = "agentex_web.events"


class LinkExpired(Exception):
    """The link is genuine but has expired."""


class NoLink(Exception):
    """The link is not genuine: it was not signed by this product."""


def link_of(task_id: uuid.UUID, name: str) -> str:
    """Makes the absolute URL of an event. It is valid for ``AGENTEX_EVENT_DAYS`` days from now."""
    token = signing.dumps([task_id.hex, name], salt=_SALT, compress=True)
    return public_origin() + reverse("receive_event", args=[token])


def read(token: str) -> tuple[uuid.UUID, str]:
    """Returns the task's id and the name of the event.

    Raises:
        LinkExpired: the link has expired.
        NoLink: the link is not genuine.
    """
    try:
        lasting = timedelta(days=settings.AGENTEX_EVENT_DAYS)
        task_id, name = signing.loads(token, salt=_SALT, max_age=lasting)
        return uuid.UUID(task_id), str(name)
    except signing.SignatureExpired:
        raise LinkExpired from None
    except (signing.BadSignature, ValueError, TypeError):
        raise NoLink from None
