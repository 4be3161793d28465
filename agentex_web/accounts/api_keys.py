"""API keys: creating, finding and revoking them.

A key has 256 random bits, so it can be neither guessed nor found by its hash: a single SHA-256 is enough, and
a request costs no password hash.
"""

import hashlib
import hmac
import re
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.accounts.announcements import announce
from agentex_web.accounts.models import ApiKey

MARK = "agx_"
"""How each key begins, so that scanners of leaked secrets recognise it."""
_KEY = re.compile(r"agx_[A-Za-z0-9_-]{43}")
_START = 10
USED_EVERY = timedelta(minutes=1)
"""The time of last use is written at most this often."""


class TooManyKeys(Exception):
    """The person has as many valid keys as the limit allows."""


def create(person: User, name: str = "", expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """Creates a key.

    Returns:
        The row, and the key itself, which nobody can read again.

    Raises:
        TooManyKeys: the person already has ``AGENTEX_API_KEYS`` valid keys.
    """
    text = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        # Locked, so that requests at the same moment count each other.
        User.objects.select_for_update().get(pk=person.pk)
        if valid_keys(person).count() >= (limit := settings.AGENTEX_API_KEYS):
            reason = _("You have %(limit)s keys, which is the limit. Revoke one first.") % {"limit": limit}
            raise TooManyKeys(reason if limit else _("This site gives no API keys."))
        row = ApiKey.objects.create(
            person=person, name=name, start=text[:_START], digest=_digest(text), expires_at=expires_at
        )
    return row, text


def find(text: str) -> ApiKey | None:
    """The valid key with this text, with its person; None if there is none or its account is inactive.

    Notes that the key is used.
    """
    if not _KEY.fullmatch(text):
        return None
    digest = _digest(text)
    row = ApiKey.objects.select_related("person").filter(digest=digest).first()
    # The index compares hashes, whose bytes nobody can choose, so its timing says nothing about keys.
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    if not row.is_valid or not row.person.is_active:
        return None
    _note_use(row)
    return row


def still_works(key_id: uuid.UUID) -> User | None:
    """The key's person as they are now; None if the key or its account no longer works."""
    row = ApiKey.objects.select_related("person").filter(pk=key_id).first()
    return row.person if row is not None and row.is_valid and row.person.is_active else None


def revoke(keys: QuerySet[ApiKey]) -> int:
    """Revokes these keys; what they have open ends at once. Returns how many were not revoked before."""
    with transaction.atomic():
        mine = list(keys.filter(revoked_at=None))
        revoked = ApiKey.objects.filter(pk__in=[row.pk for row in mine], revoked_at=None).update(
            revoked_at=timezone.now()
        )
        for person_id in {row.person_id for row in mine}:
            announce(person_id)
    return revoked


def valid_keys(person: User) -> QuerySet[ApiKey]:
    """The person's keys that were not revoked and have not expired."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return ApiKey.objects.filter(unexpired, person=person, revoked_at=None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _note_use(row: ApiKey) -> None:
    now = timezone.now()
    if row.used_at is None or row.used_at < now - USED_EVERY:
        ApiKey.objects.filter(pk=row.pk).filter(Q(used_at=None) | Q(used_at__lt=now - USED_EVERY)).update(
            used_at=now
        )
