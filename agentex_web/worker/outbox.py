"""Accepted means kept: what is pending is delivered when it can be, and nothing runs for ever.

Each worker sweeps. Delivering twice is harmless: a workflow ignores an event that it has seen.
"""

import asyncio
import itertools
import logging
import time
import uuid
from datetime import timedelta

from django.utils import timezone
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import TemporalMissing, deliver_turn, temporal_client
from agentex_web.streams.events import MessageDone, TurnChanged
from agentex_web.streams.publisher import publish
from agentex_web.tasks import attachments, progress
from agentex_web.tasks import large_payloads as payloads
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
UNDELIVERED_AFTER = timedelta(seconds=3)
LOST_AFTER = timedelta(seconds=10)
"""How old an open turn must be before its workflow is looked for."""
LOOK_EVERY = 4
"""Sweeps between two searches for lost workflows."""
TIDY_EVERY = 1_800
"""Sweeps between two searches for what nothing refers to any more: an hour."""
BATCH = 100
WAITING = 10_000
"""Turns that a sweep looks through for those that are due."""
LONGEST_PAUSE = 60.0
"""Seconds between two deliveries of a turn that still waits."""

LOST = "Temporal does not know this run any more: it was ended there, or its database was lost."


async def sweep_for_ever() -> None:
    """Runs as long as the worker."""
    for number in itertools.count():
        try:
            await sweep()
            if number % LOOK_EVERY == 0:
                await end_lost_turns(await temporal_client())
            if number % TIDY_EVERY == 0:
                await in_database(payloads.forget_old)
                await in_database(attachments.forget_unsent)
        except TemporalMissing as error:
            logger.warning("Pending messages wait for Temporal: %s", error)
        except Exception:
            # A database that is away comes back; a sweep that ended would not.
            logger.exception("The outbox could not be swept")
        await asyncio.sleep(SWEEP_SECONDS)


_again: dict[uuid.UUID, tuple[float, float]] = {}
"""Of turns that were delivered and still wait: when they are delivered again, and the pause after that."""


async def sweep() -> int:
    """Delivers what waits; returns how many turns that were.

    A turn may also wait because a worker has no room for it: it is delivered again ever less often, so that
    what Temporal was never told of has its turn.
    """
    now = time.monotonic()
    waiting = await in_database(_undelivered)
    for gone in _again.keys() - set(waiting):
        del _again[gone]
    due = [turn_id for turn_id in waiting if _again.get(turn_id, (now, 0))[0] <= now][:BATCH]
    for turn_id in due:
        await deliver_turn(turn_id)
        pause = min(LONGEST_PAUSE, 2 * _again.get(turn_id, (now, SWEEP_SECONDS))[1])
        _again[turn_id] = (now + pause, pause)
    return len(due)


def _undelivered() -> list[uuid.UUID]:
    before = timezone.now() - UNDELIVERED_AFTER
    turns = Turn.objects.filter(status=Turn.Status.PENDING, created_at__lt=before).order_by("created_at")
    return list(turns.values_list("pk", flat=True)[:WAITING])


async def end_lost_turns(client: Client) -> None:
    """Turns whose workflow is gone: a waiting one is delivered anew, one that had begun failed."""
    for turn in await in_database(_open_turns):
        if await _is_running(client, f"task-{turn.task_id}"):
            continue
        if turn.status == Turn.Status.QUEUED:
            await in_database(progress.requeue, turn.pk)
        elif lost := await in_database(progress.lose, turn.pk, LOST):
            logger.warning("Task %s: turn %s was lost by Temporal", turn.task_id, turn.pk)
            told = [MessageDone(str(message.pk), str(turn.pk)) for message in lost.messages]
            await publish(str(turn.task_id), [*told, TurnChanged(str(turn.pk), "failed", error=LOST)])


def _open_turns() -> list[Turn]:
    before = timezone.now() - LOST_AFTER
    statuses = (Turn.Status.QUEUED, Turn.Status.RUNNING)
    # Any of them: those that wait for weeks must not keep others from being looked at.
    return list(Turn.objects.filter(status__in=statuses, created_at__lt=before).order_by("?")[:BATCH])


async def _is_running(client: Client, workflow_id: str) -> bool:
    try:
        found = await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return False
        raise
    return found.status in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW)
