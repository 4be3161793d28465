"""Tells the worker's duties when they may have something to do, with one query for all of them.

Each duty asks the database for what is due with queries of its own. An idle worker made ten of them a second,
which was most of its processor time. A condition here may hold although the duty then finds nothing; it must
never be the other way round.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Exists, F, Q, QuerySet
from django.db.models.functions import Now

from agentex_web.accounts.models import AccountDeletion
from agentex_web.imports.models import Import
from agentex_web.push.models import Subscription
from agentex_web.push.news import WINDOW
from agentex_web.schedules.models import Schedule, ScheduleDeletion
from agentex_web.suggestions.due import FRESH
from agentex_web.tasks.models import Deletion, Task, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Pause, Wait
from agentex_web.watches.models import FollowedTurn, Notice, TurnWatch

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
LONGEST_SECONDS = 60.0
"""Each duty also runs this often, whatever the conditions say."""

Conditions = tuple[QuerySet[Any], ...]
"""The duty may have something to do if one of these querysets has a row."""

OPEN_TURNS: Conditions = (Turn.objects.filter(status__in=Turn.OPEN),)
DELIVERIES: Conditions = (
    Turn.objects.filter(status=Turn.Status.PENDING),
    Wait.objects.filter(deliver_at__isnull=False),
    Pause.objects.filter(deliver_at__isnull=False),
)
DELETIONS: Conditions = (
    Task.objects.filter(delete_at__isnull=False),
    Task.objects.filter(
        is_temporary=True, updated_at__lt=Now() - timedelta(hours=settings.AGENTEX_TEMPORARY_HOURS)
    ),
    Deletion.objects.all(),
)
ACCOUNT_DELETIONS: Conditions = (AccountDeletion.objects.all(),)
SCHEDULES: Conditions = (Schedule.objects.exclude(applied=F("revision")), ScheduleDeletion.objects.all())
MAIL: Conditions = (
    Wait.objects.filter(remind_at__isnull=False, status=Wait.Status.WAITING),
    Notice.objects.filter(mail_at__isnull=False),
)
WATCHERS: Conditions = (TurnWatch.objects.all(), FollowedTurn.objects.all())
IMPORTS: Conditions = (Import.objects.filter(status__in=Import.OPEN),)
TITLES: Conditions = (Task.objects.filter(title_due__isnull=False),)
SUGGESTIONS: Conditions = (
    Turn.objects.filter(finished_at__gte=Now() - FRESH, status=Turn.Status.DONE, suggestions=None),
)
NOTIFICATIONS: Conditions = (
    Subscription.objects.filter(
        Q(Exists(Turn.objects.filter(finished_at__gte=Now() - WINDOW)))
        | Q(Exists(Wait.objects.filter(status=Wait.Status.WAITING, created_at__gt=Now() - WINDOW)))
    ),
)


class Due:
    """Wakes duties.

    Args:
        conditions: of each duty, by its name.
    """

    def __init__(self, conditions: Mapping[str, Conditions]) -> None:
        self._names = list(conditions)
        self._conditions = list(conditions.values())
        self._may_be_due = {name: asyncio.Event() for name in conditions}
        self._query: tuple[str, list[Any]] | None = None

    async def watch(self) -> None:
        """Calls `look` every LOOK_SECONDS, until cancelled."""
        while True:
            try:
                for name in await in_database(self.look):
                    self._may_be_due[name].set()
            except DatabaseError as error:
                logger.warning("What is due is not known: %s", error)
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> list[str]:
        """The names of the duties that may have something to do. One query."""
        if self._query is None:
            # Building it takes ten times as long as running it.
            self._query = _query(self._conditions)
        with connection.cursor() as cursor:
            cursor.execute(*self._query)
            found = cursor.fetchone()
        return [name for name, holds in zip(self._names, found, strict=True) if holds]

    async def next(self, name: str, seconds: float) -> None:
        """Waits until the duty may be due: at least ``seconds``, and at most LONGEST_SECONDS more."""
        await asyncio.sleep(seconds)
        try:
            await asyncio.wait_for(self._may_be_due[name].wait(), LONGEST_SECONDS)
        except TimeoutError:
            return
        self._may_be_due[name].clear()


def _query(all_conditions: Iterable[Conditions]) -> tuple[str, list[Any]]:
    """A query with a column for each duty."""
    columns: list[str] = []
    parameters: list[Any] = []
    for conditions in all_conditions:
        parts = []
        for rows in conditions:
            sql, given = rows.order_by().values("pk").query.sql_with_params()
            parts.append(f"EXISTS ({sql})")
            parameters += given
        columns.append(" OR ".join(parts))
    return f"SELECT {', '.join(columns)}", parameters
