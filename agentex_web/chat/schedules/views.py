"""View models of schedules and their runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.schedules.next_runs import upcoming
from agentex_web.schedules.times import in_words, stored_zone
from agentex_web.tasks.models import Turn

NEXT = 5
HISTORY = 30
"""Runs on one page."""


@dataclass(frozen=True)
class Coming:
    """A time at which a schedule will be due."""

    at: datetime
    skipped: bool = False


@dataclass
class ScheduleView:
    """A schedule with its coming runs and its last run."""

    schedule: Schedule
    coming: list[Coming] = field(default_factory=list)
    last: "RunView | None" = None

    @property
    def zone(self) -> ZoneInfo:
        return stored_zone(self.schedule.time_zone)

    @property
    def when(self) -> str:
        row = self.schedule
        return in_words(row.cadence, row.cron, row.once_at, row.time_zone)

    @property
    def next(self) -> datetime | None:
        """When the schedule runs next; None if it is paused or finished."""
        due = [each.at for each in self.coming if not each.skipped]
        return due[0] if due and not self.schedule.paused else None

    @property
    def is_over(self) -> bool:
        return not self.coming

    @property
    def agent_is_gone(self) -> bool:
        return not self.schedule.agent.available


@dataclass(frozen=True)
class RunView:
    """A run, with the status of its chat's first turn."""

    run: ScheduledRun
    status: str
    """The turn's status, else ``skipped``, ``refused`` (no chat began) or ``deleted`` (its chat was)."""


def view_of(schedule: Schedule, last: "RunView | None" = None) -> ScheduleView:
    """The schedule with its next runs, including skipped ones."""
    due = upcoming(schedule, NEXT)
    last_due = due[-1] if due else datetime.max.replace(tzinfo=UTC)
    skipped = [each for each in schedule.skipped_times if timezone.now() < each <= last_due]
    coming = [Coming(each, each in skipped) for each in sorted([*due, *skipped])]
    return ScheduleView(schedule, coming, last)


def with_turns(runs: QuerySet[ScheduledRun]) -> QuerySet[ScheduledRun]:
    """Annotates runs with ``turn_status``, the status of their chat's first turn."""
    first = Turn.objects.filter(task=OuterRef("task"), parent=None).order_by("created_at")
    return runs.select_related("task").annotate(turn_status=Subquery(first.values("status")[:1]))


def run_views(runs: Sequence[ScheduledRun]) -> list[RunView]:
    return [RunView(each, _status(each)) for each in runs]


def _status(run: ScheduledRun) -> str:
    if run.skipped:
        return "skipped"
    if run.error:
        return "refused"
    return str(getattr(run, "turn_status", None) or "deleted")
