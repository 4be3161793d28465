"""Creates and changes schedules within a person's limits. Temporal follows later (schedules/temporal.py)."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from agentex_web.schedules.models import Schedule
from agentex_web.schedules.times import BadTimes, calendar_of, shortest_gap, zone
from agentex_web.tasks.models import Agent
from agentex_web.tasks.permissions import usable_agents

MOST_SKIPPED = 100
CRON_LENGTH = 200
"""Characters of a cron expression, as in ``Schedule.cron``."""
YEARS = 100
"""How many years ahead a time may be."""


class ScheduleRefused(ValueError):
    """The change was refused. The text tells the person why."""


def check_times(cron: str, once_at: datetime | None, time_zone: str) -> None:
    """Checks when a schedule is to run.

    Raises:
        ScheduleRefused: the times are invalid, in the past, or too close together.
    """
    if len(cron) > CRON_LENGTH:
        raise ScheduleRefused(
            gettext("Enter five fields: minute, hour, day of the month, month, day of the week.")
        )
    try:
        zone(time_zone)
        if once_at is None:
            calendar_of(cron)
            gap = shortest_gap(cron, time_zone)
    except BadTimes as error:
        raise ScheduleRefused(str(error)) from None
    if once_at is not None:
        _check_moment(once_at)
        return
    shortest = timedelta(minutes=settings.AGENTEX_SCHEDULE_MINUTES)
    if gap < shortest:
        raise ScheduleRefused(
            gettext("Runs must be at least %(minutes)d minutes apart.")
            % {"minutes": settings.AGENTEX_SCHEDULE_MINUTES}
        )


def _check_moment(at: datetime) -> None:
    """Checks the time of a single run.

    Raises:
        ScheduleRefused: the time is past, or too far ahead.
    """
    now = timezone.now()
    if at <= now:
        raise ScheduleRefused(gettext("That time has passed. Choose a later one."))
    if at.year > now.year + YEARS:
        raise ScheduleRefused(gettext("That time is too far ahead."))


def usable_agent(owner: User, name: str) -> Agent:
    """Returns the agent of this name.

    Raises:
        ScheduleRefused: there is no agent of this name that the person may use.
    """
    agent = usable_agents(owner).filter(name=name).first()
    if agent is None:
        raise ScheduleRefused(gettext("There is no agent “%(name)s”.") % {"name": name[:100]})
    return agent


@transaction.atomic
def create(schedule: Schedule) -> Schedule:
    """Stores a new schedule. Repeating it with the same id changes nothing.

    Raises:
        ScheduleRefused: the person has reached the limit of schedules, or the times cannot be used.
    """
    # The lock prevents two concurrent requests from both creating it, or both passing the check of the limit.
    User.objects.select_for_update().only("pk").get(pk=schedule.owner_id)
    known = Schedule.objects.filter(pk=schedule.pk).first()
    if known is not None and known.owner_id != schedule.owner_id:
        raise ScheduleRefused(gettext("This page is out of date. Reload it."))
    if known is not None:
        return known
    most = settings.AGENTEX_SCHEDULES
    if most and Schedule.objects.filter(owner_id=schedule.owner_id).count() >= most:
        raise ScheduleRefused(
            gettext("You have %(count)d schedules, which is the limit. Delete one first.") % {"count": most}
        )
    check_times(schedule.cron, schedule.once_at, schedule.time_zone)
    schedule.save(force_insert=True)
    return schedule


def change(schedule: Schedule, **fields: Any) -> None:
    """Changes some fields.

    Raises:
        ScheduleRefused: the new times cannot be used.
    """
    if fields.keys() & {"cron", "once_at", "time_zone"}:
        changed = {
            name: fields.get(name, getattr(schedule, name)) for name in ("cron", "once_at", "time_zone")
        }
        before = {name: getattr(schedule, name) for name in changed}
        # Unchanged times are not checked, so that a single run in the past can still be renamed.
        if changed != before:
            check_times(**changed)
            # The skipped times belonged to the old cadence.
            fields["skipped"] = []
    Schedule.objects.filter(pk=schedule.pk).update(
        **fields, revision=F("revision") + 1, updated_at=timezone.now()
    )


def pause(schedule: Schedule, *, paused: bool) -> None:
    """Pauses or resumes a schedule. Runs that were due while it was paused are not made up for."""
    change(schedule, paused=paused)


@transaction.atomic
def skip_run(schedule_id: uuid.UUID, due_at: datetime, *, skipped: bool) -> None:
    """Skips one run, or undoes that. Skipped times in the past are removed.

    Raises:
        ScheduleRefused: too many runs are skipped, or the time is past or too far ahead.
    """
    row = Schedule.objects.select_for_update().get(pk=schedule_id)
    kept = {each for each in row.skipped_times if each > timezone.now()} - {due_at}
    if skipped:
        _check_moment(due_at)
        kept.add(due_at)
    if len(kept) > MOST_SKIPPED:
        raise ScheduleRefused(gettext("That is too many runs to skip. Pause the schedule instead."))
    row.skipped = _written(kept)
    row.save(update_fields=("skipped", "updated_at"))


def _written(times: Iterable[datetime]) -> list[str]:
    return [each.astimezone(UTC).isoformat() for each in sorted(times)]
