"""The announcements that a page shows.

Each process reads them every few seconds, not for each page. A page makes a query of its own only while there
is an announcement that its reader may have dismissed.
"""

import logging
import time
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import get_language

from agentex_web.announcements.models import Announcement, Dismissal

logger = logging.getLogger(__name__)

CACHE_SECONDS = 10.0
"""How long a process goes on with what it has read. A change in this process counts once it is committed."""
MOST = 3
"""Limit on announcements on a page, which more would cover. Urgent ones, then warnings, then the latest."""
READ = 50
"""Limit on announcements that a process holds."""
_RANKS = {Announcement.Level.URGENT: 0, Announcement.Level.WARNING: 1}


class _Known:
    """What this process has read of the announcements that have not ended."""

    def __init__(self) -> None:
        self.rows: list[Announcement] = []
        self.read_at = -CACHE_SECONDS

    def read(self) -> list[Announcement]:
        now = time.monotonic()
        if now - self.read_at >= CACHE_SECONDS:
            # First, so that other threads do not read them, too.
            self.read_at = now
            moment = timezone.now()
            lasting = Announcement.objects.filter(Q(ends_at=None) | Q(ends_at__gt=moment))
            soon = moment + timedelta(seconds=CACHE_SECONDS)
            try:
                rows = lasting.filter(Q(begins_at=None) | Q(begins_at__lt=soon))[:READ]
                self.rows = sorted(rows, key=lambda each: _RANKS.get(Announcement.Level(each.level), 2))
            except DatabaseError:
                logger.warning("The announcements could not be read", exc_info=True)
        return self.rows

    def forget(self, **_: object) -> None:
        self.read_at = -CACHE_SECONDS
        if transaction.get_connection().in_atomic_block:
            # Others may read the earlier rows once more before the change is committed.
            transaction.on_commit(self.forget)


known = _Known()
post_save.connect(known.forget, Announcement)
post_delete.connect(known.forget, Announcement)


def announcements_for(user: User | AnonymousUser) -> list[Announcement]:
    """What a page of this person shows now, in its language, in order. At most one query, besides that
    of every `CACHE_SECONDS`.
    """
    now, language = timezone.now(), get_language()
    rows = [each for each in known.read() if _is_on(each, now) and each.language in ("", language)]
    if user.pk is None:
        return [each for each in rows if each.before_login][:MOST]
    ids = [each.pk for each in rows if each.dismissible]
    mine = Dismissal.objects.filter(person_id=user.pk, announcement__in=ids)
    dismissed = set(mine.values_list("announcement_id", flat=True)) if ids else set()
    return [each for each in rows if each.pk not in dismissed][:MOST]


def dismiss(user: User, announcement_id: int) -> None:
    """Does not show it to the person again. Does nothing if there is none, or if it cannot be dismissed."""
    row = Announcement.objects.filter(pk=announcement_id, dismissible=True).first()
    if row is not None:
        Dismissal.objects.get_or_create(person=user, announcement=row)


def version_of(rows: list[Announcement]) -> str:
    """Names what a page shows, so that it is sent again only if it has changed."""
    return " ".join(f"{each.pk}-{each.updated_at.timestamp():.6f}" for each in rows)


def _is_on(row: Announcement, now: datetime) -> bool:
    return (row.begins_at is None or row.begins_at <= now) and (row.ends_at is None or now < row.ends_at)
