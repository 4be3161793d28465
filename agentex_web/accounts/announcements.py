"""Announces to the web processes that an account changed, so that they check its open pages at once.

An account changes when a session ends, a password or permission changes, or the account is deactivated or
deleted. The announcement contains only the user's id. Each socket of that user then asks the database, as it
also does every ``AGENTEX_SOCKET_CHECK_SECONDS``.
"""

import logging
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from redis import Redis
from redis.exceptions import RedisError

from agentex_web.services import ServiceMissing, redis_url
from agentex_web.streams.encoding import encode
from agentex_web.streams.events import AccountChanged
from agentex_web.streams.keys import ACCOUNTS, FIELD, stream_key

logger = logging.getLogger(__name__)

REDIS_SECONDS = 0.5
STREAM_LENGTH = 1_000
_RIGHTS = {"password", "is_active", "is_staff", "is_superuser"}


def connect() -> None:
    """Connects the signals of the models whose changes are announced."""
    post_save.connect(_user_was_saved, sender=User)
    post_delete.connect(_user_was_deleted, sender=User)
    post_delete.connect(_session_was_deleted, sender=Session)
    for rights in (User.groups.through, User.user_permissions.through):
        m2m_changed.connect(_rights_changed, sender=rights)


def announce(user_id: int) -> None:
    """Announces the change once the transaction commits."""
    transaction.on_commit(lambda: _publish(user_id))


def _publish(user_id: int) -> None:
    try:
        with Redis.from_url(
            redis_url(), socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as redis:
            event = {FIELD: encode(AccountChanged(user_id))}
            redis.xadd(stream_key(ACCOUNTS), event, maxlen=STREAM_LENGTH, approximate=True)
    except ServiceMissing:
        # A management command runs while the site is down, so no page is open.
        return
    except (RedisError, OSError) as error:
        logger.warning("Account %s: open pages are checked later, Redis is unavailable (%s)", user_id, error)


def _user_was_saved(instance: User, created: bool, update_fields: Any, **_: Any) -> None:
    if not created and (update_fields is None or _RIGHTS & set(update_fields)):
        announce(instance.pk)


def _user_was_deleted(instance: User, **_: Any) -> None:
    announce(instance.pk)


def _session_was_deleted(instance: Session, **_: Any) -> None:
    user_id = instance.get_decoded().get("_auth_user_id")
    if user_id is not None:
        announce(int(user_id))


def _rights_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_: Any) -> None:
    if action in ("post_add", "post_remove", "post_clear"):
        for user_id in (pk_set or ()) if reverse else (instance.pk,):
            announce(user_id)
