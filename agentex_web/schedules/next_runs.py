"""The next runs of a schedule."""

from datetime import datetime
from itertools import islice

from django.utils import timezone

from agentex_web.schedules.models import Schedule
from agentex_web.schedules.times import due_times

SHOWN = 3


def next_times(schedule: Schedule, count: int = SHOWN, after: datetime | None = None) -> list[datetime]:
    """The schedule's next times in UTC, without skipped ones; empty if it is paused or over."""
    if schedule.paused:
        return []
    return upcoming(schedule, count, after)


def upcoming(schedule: Schedule, count: int, after: datetime | None = None) -> list[datetime]:
    """Like ``next_times``, but also for a paused schedule."""
    after = after or timezone.now()
    if schedule.once_at is not None:
        return [schedule.once_at] if schedule.once_at > after else []
    skipped = schedule.skipped_times
    due = due_times(schedule.cron, schedule.time_zone, after)
    return list(islice((each for each in due if each not in skipped), count))
