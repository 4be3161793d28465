"""The activity that begins a run of a schedule."""

import uuid
from datetime import datetime

from temporalio import activity

from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.messages import deliver_turn
from agentex_web.journal.record import report
from agentex_web.schedules.firing import Begun, begin_run
from agentex_web.schedules.models import Schedule, ScheduleDeletion
from agentex_web.tasks.threads import in_database
from agentex_web.turns.schedule_payloads import (
    BegunRun,
    DueRun,
)
from agentex_web.turns.scheduled import BEGIN_RUN
from agentex_web.watches import turn_watches


@activity.defn(name=BEGIN_RUN)
async def begin_scheduled_run(due: DueRun) -> BegunRun:
    """Starts the chat of a run that is due, and registers the workflow to be signalled when its turn ends."""
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
        # The schedule was deleted here while it was being copied to Temporal; have it deleted there too.
        ScheduleDeletion.objects.get_or_create(schedule_id=schedule_id)
        return None
    if begun.accepted is not None:
        turn_watches.watch(begun.accepted.result.turn.pk, due.workflow)
    return begun
