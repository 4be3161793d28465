"""Activities for the schedules that agents manage."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.background import in_background
from agentex_web.schedules import changing
from agentex_web.schedules.changing import ScheduleRefused
from agentex_web.schedules.models import Schedule
from agentex_web.schedules.next_runs import next_times
from agentex_web.schedules.temporal import update_temporal
from agentex_web.schedules.times import in_words, zone
from agentex_web.schedules.zones import zone_of
from agentex_web.tasks.models import Task
from agentex_web.tasks.threads import in_database
from agentex_web.turns.moments import moment_of
from agentex_web.turns.schedule_payloads import (
    ChangePlan,
    LocalTime,
    PlannedRuns,
    PlanRef,
    PlanRuns,
)
from agentex_web.worker.activities.own_task import own_task

T = TypeVar("T")


@activity.defn(name="plan_runs")
async def plan_runs(plan: PlanRuns) -> PlannedRuns:
    """Creates a schedule for the chat's owner at the agent's request."""
    with own_task(plan.task_id):
        return await _written(_create, plan)


@activity.defn(name="list_plans")
async def list_plans(ref: PlanRef) -> list[PlannedRuns]:
    """Returns the schedules of the chat's owner that belong to the chat's agent."""
    with own_task(ref.task_id):
        return [_described(row) for row in await in_database(_schedules_of, ref)]


@activity.defn(name="change_plan")
async def change_plan(change: ChangePlan) -> PlannedRuns:
    """Changes one of the schedules that ``list_plans`` returns."""
    with own_task(change.task_id):
        return await _written(_change, change)


async def _written(write: Callable[[T], Schedule], asked: T) -> PlannedRuns:
    """Writes a schedule, which Temporal then follows.

    Raises:
        ApplicationError: of type ``ScheduleRefused``.
    """
    try:
        row = await in_database(write, asked)
    except (ScheduleRefused, ValueError) as refused:
        raise ApplicationError(str(refused), type="ScheduleRefused", non_retryable=True) from refused
    in_background(update_temporal(row.pk), f"Schedule {row.pk}: bringing it to Temporal")
    return _described(row)


@activity.defn(name="local_time")
async def local_time(task_id: str) -> LocalTime:
    """Returns the current time in the time zone of the chat's owner."""
    with own_task(task_id):
        now = await in_database(lambda: _now(Task.objects.get(pk=task_id)))
        return LocalTime(now.isoformat(timespec="seconds"), str(now.tzinfo))


@activity.defn(name="delete_plan")
async def delete_plan(ref: PlanRef) -> None:
    """Deletes one of the schedules that ``list_plans`` returns."""
    with own_task(ref.task_id):
        if not ref.id:
            return
        for row in await in_database(_schedules_of, ref):
            known = row.pk
            await in_database(row.delete)
            in_background(update_temporal(known), f"Schedule {known}: bringing it to Temporal")


def _create(plan: PlanRuns) -> Schedule:
    task = Task.objects.select_related("owner").get(pk=plan.task_id)
    now = _now(task, plan.time_zone)
    if bool(plan.at.strip()) == bool(plan.cron.strip()):
        raise ScheduleRefused("Specify either a cron expression or a time.")
    row = Schedule(
        pk=uuid.UUID(plan.id),
        owner=task.owner,
        agent=changing.usable_agent(task.owner, plan.agent or task.agent_id),
        name=(plan.name.strip() or " ".join(plan.prompt.split()))[:200],
        prompt=_prompt(plan.prompt),
        time_zone=str(now.tzinfo),
        planned_in=task,
        planned_by_id=task.agent_id,
        **_times(plan.cron, plan.at, now),
    )
    return changing.create(row)


def _change(change: ChangePlan) -> Schedule:
    row = next(iter(_schedules_of(PlanRef(change.task_id, change.id))), None)
    if row is None:
        raise ScheduleRefused(f"There is no schedule “{change.id[:40]}”.")
    if change.cron and change.at:
        raise ScheduleRefused("Specify either a cron expression or a time.")
    fields: dict[str, Any] = {}
    if change.cron or change.at or change.time_zone:
        # Only then: if this machine has lost the row's time zone, it can still be paused or renamed.
        now = timezone.now().astimezone(zone(change.time_zone or row.time_zone))
        fields["time_zone"] = str(now.tzinfo)
        if change.cron or change.at:
            fields |= _times(change.cron or "", change.at or "", now)
    if change.name and change.name.strip():
        fields["name"] = change.name.strip()[:200]
    if change.prompt is not None:
        fields["prompt"] = _prompt(change.prompt)
    if change.paused is not None:
        fields["paused"] = change.paused
    if fields:
        changing.change(row, **fields)
        row.refresh_from_db()
    return row


def _times(cron: str, at: str, now: datetime) -> dict[str, Any]:
    """The model fields that determine when the schedule is due."""
    if cron.strip():
        return {"cadence": Schedule.Cadence.CRON, "cron": " ".join(cron.split()), "once_at": None}
    try:
        once = moment_of(at, now).astimezone(UTC).replace(microsecond=0)
        return {"cadence": Schedule.Cadence.ONCE, "cron": "", "once_at": once}
    except OverflowError as error:
        raise ScheduleRefused(f"“{at[:60]}” is not a valid time.") from error


def _now(task: Task, time_zone: str = "") -> datetime:
    return timezone.now().astimezone(zone(time_zone or zone_of(task.owner_id)))


def _prompt(given: str) -> str:
    prompt, limit = given.strip(), settings.AGENTEX_MESSAGE_LENGTH
    if not prompt:
        raise ScheduleRefused("The message is empty.")
    if len(prompt) > limit:
        raise ScheduleRefused(f"The message is too long; the limit is {limit:,} characters.")
    return prompt


def _schedules_of(ref: PlanRef) -> list[Schedule]:
    """Schedules of the chat's owner that this agent created (in any chat) or that run this agent."""
    task = Task.objects.get(pk=ref.task_id)
    own = Q(planned_by_id=task.agent_id) | Q(agent_id=task.agent_id)
    rows = Schedule.objects.filter(own, owner_id=task.owner_id).select_related("planned_in")
    if not ref.id:
        return list(rows)
    try:
        return list(rows.filter(pk=uuid.UUID(ref.id)))
    except ValueError:
        return []


def _described(row: Schedule) -> PlannedRuns:
    due = next_times(row, 1)
    return PlannedRuns(
        str(row.pk),
        row.name,
        row.prompt,
        row.agent_id,
        in_words(row.cadence, row.cron, row.once_at, row.time_zone),
        due[0].isoformat() if due else "",
        row.paused,
        row.get_absolute_url(),
    )
