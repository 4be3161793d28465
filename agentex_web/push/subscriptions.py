"""The browsers that show notifications for a person."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import F
from django.http import HttpRequest

from agentex_web.push.addresses import NotAllowed, parsed
from agentex_web.push.keys import decoded
from agentex_web.push.models import Subscription

MOST = 20
"""Maximum number of browsers per person. The oldest one is deleted."""
FAILURES = 20
"""A browser is deleted after this many notifications in a row that did not reach it."""
KEY_BYTES, SECRET_BYTES = 65, 16


def subscribe(person: User, session_key: str, endpoint: str, p256dh: str, auth: str) -> None:
    """Stores a browser; repeating it changes nothing. If another person used the browser, it changes owner.

    Raises:
        NotAllowed: the address or the keys are not those of a browser.
    """
    if len(endpoint) > 1_000:
        raise NotAllowed("The address is too long.")
    parsed(endpoint)
    if _length(p256dh) != KEY_BYTES or _length(auth) != SECRET_BYTES:
        raise NotAllowed("The keys are not those of a browser.")
    Subscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "person": person,
            "p256dh": p256dh,
            "auth": auth,
            "session_key": session_key,
            "failures": 0,
        },
    )
    mine = Subscription.objects.filter(person=person)
    latest = list(mine.order_by("-created_at", "-pk").values_list("pk", flat=True)[:MOST])
    mine.exclude(pk__in=latest).delete()


def unsubscribe(person: User, endpoint: str) -> None:
    Subscription.objects.filter(person=person, endpoint=endpoint).delete()


def failed(subscription: Subscription) -> None:
    """Counts a failed notification, and deletes the browser after ``FAILURES`` of them."""
    rows = Subscription.objects.filter(pk=subscription.pk)
    rows.update(failures=F("failures") + 1)
    rows.filter(failures__gte=FAILURES).delete()


def _length(encoded: str) -> int:
    try:
        return len(decoded(encoded))
    except ValueError:
        return 0


def logged_out(request: HttpRequest | None = None, **_: Any) -> None:
    """After a logout, the browser shows no more notifications of the account."""
    if request is not None and (key := request.session.session_key):
        Subscription.objects.filter(session_key=key).delete()


def session_deleted(instance: Session, **_: Any) -> None:
    Subscription.objects.filter(session_key=instance.session_key).delete()
