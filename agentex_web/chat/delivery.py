"""After a message is committed: report it to the open pages, and hand it to Temporal, beside the response."""

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from typing import Any

from agentex_web import background
from agentex_web.delivery.client import TemporalMissing, deliver, deliver_waiting, event_of
from agentex_web.journal.change import Change
from agentex_web.journal.record import report, report_as_resync
from agentex_web.journal.sent import Accepted
from agentex_web.tasks.models import Turn

logger = logging.getLogger(__name__)

REDIS_SECONDS = 0.3
"""How long a delivery waits for the stream, which takes a millisecond unless Redis hangs."""


def in_background(task_id: uuid.UUID, work: Coroutine[Any, Any, Any]) -> None:
    """Runs beside the response. What a crash of this process loses here, the outbox makes good."""
    background.in_background(work, f"Task {task_id}: work beside a response")


async def hand_over(accepted: Change[Accepted]) -> None:
    """``accepted``: its turn has its task, and that its agent and owner, loaded."""
    # In this order, a millisecond later: the worker's "running" must not be overtaken by "pending".
    await report_in_time(accepted)
    if accepted.result.turn.status in Turn.OPEN:
        await _deliver(accepted.result)


async def report_in_time(change: Change[Any]) -> None:
    """Reports a change, but waits for Redis only for a moment."""
    try:
        await asyncio.wait_for(report(change), REDIS_SECONDS)
    except TimeoutError:
        # By the time that Redis takes the events they may be true no more; the rows always are.
        in_background(change.task_id, report_as_resync(change))


async def _deliver(accepted: Accepted) -> None:
    turn = accepted.turn
    try:
        if accepted.is_behind:
            await deliver_waiting(turn.task_id)
        else:
            await deliver(turn, event_of(turn, accepted.message))
    except TemporalMissing as error:
        logger.warning("Task %s: the message waits for Temporal (%s)", turn.task_id, error)
