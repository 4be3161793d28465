"""The URL at which an event of a task is reported: signed, bound to the task and the name, and it expires."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from agentex_web.accounts.invitations import public_origin

_SALT = "agentex_web.events"


class LinkExpired(Exception):
    """It was made here, too long ago."""


class NoLink(Exception):
    """It was not made here."""


def link_of(task_id: uuid.UUID, name: str) -> str:
    """The whole URL. Each one that is made is valid for ``AGENTEX_EVENT_DAYS``."""
    token = signing.dumps([task_id.hex, name], salt=_SALT, compress=True)
    return public_origin() + reverse("receive_event", args=[token])


def read(token: str) -> tuple[uuid.UUID, str]:
    """The task and the name of an event.

    Raises:
        LinkExpired, NoLink: they say why there is none.
    """
    try:
        lasting = timedelta(days=settings.AGENTEX_EVENT_DAYS)
        task_id, name = signing.loads(token, salt=_SALT, max_age=lasting)
        return uuid.UUID(task_id), str(name)
    except signing.SignatureExpired:
        raise LinkExpired from None
    except (signing.BadSignature, ValueError, TypeError):
        raise NoLink from None
