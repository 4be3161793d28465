"""Brings the schedules in Temporal up to date with the rows: creates, changes and deletes them."""

import logging
import uuid
from collections.abc import Sequence
from datetime import UTC, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT, TemporalMissing, temporal_client
from agentex_web.schedules.models import Schedule as Row
from agentex_web.schedules.models import ScheduleDeletion
from agentex_web.schedules.times import calendar_of
from agentex_web.tasks.threads import in_database
from agentex_web.turns.schedule_payloads import SCHEDULED_RUN, ScheduledRunParams

logger = logging.getLogger(__name__)

BATCH = 50
AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
OVERLAP = {
    Row.Overlap.SKIP: ScheduleOverlapPolicy.SKIP,
    Row.Overlap.QUEUE: ScheduleOverlapPolicy.BUFFER_ONE,
    Row.Overlap.TOGETHER: ScheduleOverlapPolicy.ALLOW_ALL,
}


async def update_temporal(schedule_id: uuid.UUID) -> None:
    """Updates one schedule in Temporal, in the background of a request. If it fails, a sweep does it."""
    row = await in_database(_row, schedule_id)
    if row is None:
        await _delete_quietly(schedule_id)
        return
    try:
        await apply(await temporal_client(), row)
    except TemporalMissing as error:
        logger.warning("Schedule %s waits for Temporal: %s", schedule_id, error)


async def update_all(client: Client) -> None:
    """One sweep: applies all changes and deletions that Temporal does not have yet. If Temporal refuses one,
    the others are still applied.

    Raises:
        RPCError: Temporal is unavailable.
    """
    for row in await in_database(_changed):
        try:
            await apply(client, row)
        except RPCError as error:
            if error.status in AWAY:
                raise
            logger.error("Schedule %s was refused by Temporal and will be tried again: %s", row.pk, error)
            await in_database(_move_to_end, row)
    for deletion in await in_database(_deleted):
        try:
            await _delete(client, deletion)
        except RPCError as error:
            if error.status in AWAY:
                raise
            logger.error("Schedule %s: deleting it will be tried again: %s", deletion.pk, error)


async def apply(client: Client, row: Row) -> None:
    """Creates or replaces the schedule in Temporal. Idempotent."""
    schedule = as_temporal(row)
    try:
        await client.create_schedule(row.temporal_id, schedule, rpc_timeout=RPC_TIMEOUT)
    except ScheduleAlreadyRunningError:

        def update(_: ScheduleUpdateInput) -> ScheduleUpdate:
            return ScheduleUpdate(schedule)

        await client.get_schedule_handle(row.temporal_id).update(update, rpc_timeout=RPC_TIMEOUT)
    await in_database(_applied, row)


def as_temporal(row: Row) -> Schedule:
    """The schedule for Temporal. It contains the schedule's id, but not the prompt."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            SCHEDULED_RUN,
            ScheduledRunParams(str(row.pk)),
            id=row.temporal_id,
            task_queue=settings.TEMPORAL_TASK_QUEUE,
        ),
        spec=_spec(row),
        policy=SchedulePolicy(
            overlap=OVERLAP[Row.Overlap(row.overlap)], catchup_window=timedelta(seconds=row.catch_up)
        ),
        state=ScheduleState(paused=row.paused),
    )


def _spec(row: Row) -> ScheduleSpec:
    if row.once_at is not None:
        at = row.once_at.astimezone(UTC)
        once = ScheduleCalendarSpec(
            second=_ranges([at.second]),
            minute=_ranges([at.minute]),
            hour=_ranges([at.hour]),
            day_of_month=_ranges([at.day]),
            month=_ranges([at.month]),
            year=_ranges([at.year]),
        )
        return ScheduleSpec(calendars=[once], time_zone_name="UTC")
    numbers = calendar_of(row.cron)
    calendar = ScheduleCalendarSpec(
        minute=_ranges(numbers.minutes),
        hour=_ranges(numbers.hours),
        day_of_month=_ranges(numbers.days),
        month=_ranges(numbers.months),
        day_of_week=_ranges(numbers.weekdays),
    )
    return ScheduleSpec(calendars=[calendar], time_zone_name=row.time_zone)


def _ranges(numbers: Sequence[int]) -> list[ScheduleRange]:
    return [ScheduleRange(each, each) for each in numbers]


async def _delete_quietly(schedule_id: uuid.UUID) -> None:
    deletion = await in_database(ScheduleDeletion.objects.filter(pk=schedule_id).first)
    if deletion is None:
        return
    try:
        await _delete(await temporal_client(), deletion)
    except TemporalMissing as error:
        logger.warning("Schedule %s is deleted later: %s", schedule_id, error)


async def _delete(client: Client, deletion: ScheduleDeletion) -> None:
    handle = client.get_schedule_handle(f"schedule-{deletion.schedule_id}")
    try:
        await handle.delete(rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
    await in_database(ScheduleDeletion.objects.filter(pk=deletion.pk).delete)


def _row(schedule_id: uuid.UUID) -> Row | None:
    return Row.objects.filter(pk=schedule_id).first()


def _changed() -> list[Row]:
    return list(Row.objects.exclude(applied=F("revision")).order_by("updated_at")[:BATCH])


def _move_to_end(row: Row) -> None:
    """Moves the row to the end of the queue, so that the others are applied before it is tried again."""
    Row.objects.filter(pk=row.pk).update(updated_at=timezone.now())


def _deleted() -> list[ScheduleDeletion]:
    return list(ScheduleDeletion.objects.order_by("?")[:BATCH])


def _applied(row: Row) -> None:
    if not Row.objects.filter(pk=row.pk, revision=row.revision).update(applied=row.revision):
        # The schedule changed meanwhile. The newer revision may have reached Temporal first and have been
        # overwritten now, so apply the schedule again.
        Row.objects.filter(pk=row.pk).update(applied=0)
