"""Runs of schedules, and what agents plan themselves."""

import uuid
from datetime import datetime

from django.conf import settings
from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.background import in_background
from agentex_web.delivery.client import TemporalMissing, deliver_turn
from agentex_web.journal.record import report
from agentex_web.schedules import changing
from agentex_web.schedules.changing import ScheduleRefused
from agentex_web.schedules.firing import Begun, begin_run
from agentex_web.schedules.models import Schedule, ScheduleDeletion
from agentex_web.schedules.next_runs import next_times
from agentex_web.schedules.temporal import follow
from agentex_web.schedules.times import in_words
from agentex_web.tasks.models import Task
from agentex_web.tasks.threads import in_database
from agentex_web.turns.schedule_payloads import BegunRun, DueRun, PlannedRuns, PlanRef, PlanRuns
from agentex_web.turns.scheduled import BEGIN_RUN
from agentex_web.watches import turn_watches
from agentex_web.worker.activities.own_task import own_task


@activity.defn(name=BEGIN_RUN)
async def begin_scheduled_run(due: DueRun) -> BegunRun:
    """Begins the chat of a run that is due, and has the workflow told when that has ended."""
    begun = await in_database(_begin, due)
    if begun is None or begun.accepted is None:
        return BegunRun()
    turn = begun.accepted.result.turn
    await report(begun.accepted)
    try:
        await deliver_turn(turn.pk)
    except TemporalMissing as error:
        activity.logger.warning("Turn %s waits for the outbox: %s", turn.pk, error)
    return BegunRun(str(turn.task_id), str(turn.pk))


def _begin(due: DueRun) -> Begun | None:
    schedule_id = uuid.UUID(due.schedule)
    try:
        begun = begin_run(schedule_id, datetime.fromisoformat(due.due_at))
    except Schedule.DoesNotExist:
        # Temporal has one that was deleted here while it was brought there.
        ScheduleDeletion.objects.get_or_create(schedule_id=schedule_id)
        return None
    if begun.accepted is not None:
        turn_watches.watch(begun.accepted.result.turn.pk, due.workflow)
    return begun


@activity.defn(name="plan_runs")
async def plan_runs(plan: PlanRuns) -> PlannedRuns:
    """An agent makes a schedule of its chat's owner."""
    with own_task(plan.task_id):
        try:
            row = await in_database(_plan, plan)
        except (ScheduleRefused, ValueError) as refused:
            raise ApplicationError(str(refused), type="ScheduleRefused", non_retryable=True) from refused
        in_background(follow(row.pk), f"Schedule {row.pk}: bringing it to Temporal")
        return _described(row)


@activity.defn(name="list_plans")
async def list_plans(ref: PlanRef) -> list[PlannedRuns]:
    """The schedules that the chat's agents have made."""
    with own_task(ref.task_id):
        return [_described(row) for row in await in_database(_plans, ref)]


@activity.defn(name="delete_plan")
async def delete_plan(ref: PlanRef) -> None:
    """Deletes one of them."""
    with own_task(ref.task_id):
        for row in await in_database(_plans, ref):
            await in_database(row.delete)
            in_background(follow(uuid.UUID(ref.id)), f"Schedule {ref.id}: bringing it to Temporal")


def _plan(plan: PlanRuns) -> Schedule:
    task = Task.objects.select_related("owner").get(pk=plan.task_id)
    at = datetime.fromisoformat(plan.at) if plan.at else None
    if at is not None and at.tzinfo is None:
        raise ScheduleRefused("Give the time with its offset.")
    if (at is None) == (not plan.cron):
        raise ScheduleRefused("Give either a cron expression or a time.")
    row = Schedule(
        pk=uuid.UUID(plan.id),
        owner=task.owner,
        agent=changing.usable_agent(task.owner, plan.agent or task.agent_id),
        name=(plan.name or " ".join(plan.prompt.split()))[:200],
        prompt=plan.prompt,
        cadence=Schedule.Cadence.CRON if at is None else Schedule.Cadence.ONCE,
        cron=" ".join(plan.cron.split()),
        once_at=at,
        time_zone=plan.time_zone,
        planned_in=task,
    )
    if not plan.prompt.strip():
        raise ScheduleRefused("Give the message.")
    if len(plan.prompt) > settings.AGENTEX_MESSAGE_LENGTH:
        raise ScheduleRefused(
            f"The message is too long; the limit is {settings.AGENTEX_MESSAGE_LENGTH:,} characters."
        )
    return changing.make(row)


def _plans(ref: PlanRef) -> list[Schedule]:
    rows = Schedule.objects.filter(planned_in=uuid.UUID(ref.task_id))
    return list(rows.filter(pk=uuid.UUID(ref.id)) if ref.id else rows)


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
