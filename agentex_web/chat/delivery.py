"""Delivers a committed message to Temporal and reports it to open pages, after the response is sent."""

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

REPORT_SECONDS = 0.05
"""How much later than the delivery everything begins that no first token waits for. On two cores it would
otherwise slow down Temporal and the worker, by 5 ms and more of 50."""
REDIS_SECONDS = 0.3
"""How long `report_in_time` waits for Redis, which takes a millisecond unless it hangs."""
WAITS = 30
"""Number of shorter waits within REDIS_SECONDS: connecting and writing take ten event loop iterations."""


def in_background(task_id: uuid.UUID, work: Coroutine[Any, Any, Any]) -> None:
    """Runs in the background. If this process crashes, the outbox delivers the message instead."""
    background.in_background(work, f"Task {task_id}: background work")


async def begin_hand_over(accepted: Change[Accepted]) -> None:
    """Starts `hand_over` of a message that its page shows already, in the background.

    Returns when Temporal has been asked, before it answers.
    """
    in_background(accepted.task_id, hand_over(accepted, report_after=REPORT_SECONDS))
    await asyncio.sleep(0)


async def hand_over(accepted: Change[Accepted], *, report_after: float = 0.0) -> None:
    """Delivers an accepted message, and reports it to open pages in the background.

    Args:
        accepted: with the turn's task loaded, and the task's agent and owner.
        report_after: seconds. The worker's "queued" or "running" may come before this "pending"; a page keeps
            the later status.
    """
    in_background(accepted.task_id, _report_later(accepted, report_after))
    await _deliver(accepted.result)


async def _report_later(accepted: Change[Accepted], seconds: float) -> None:
    await asyncio.sleep(seconds)
    await report_in_time(accepted)


async def report_in_time(change: Change[Any]) -> None:
    """Reports a change to open pages. Waits for Redis for REDIS_SECONDS at most."""
    reporting = asyncio.ensure_future(report(change))
    # Several short waits, because a single timeout would also expire when only the event loop is late, as it
    # is when 50 people send at once.
    for _ in range(WAITS):
        done, _pending = await asyncio.wait({reporting}, timeout=REDIS_SECONDS / WAITS)
        if done:
            return reporting.result()
    reporting.cancel()
    logger.warning("Task %s: Redis is slow; the pages read the conversation again", change.task_id)
    # When Redis accepts the events later, they may be outdated; the rows never are.
    in_background(change.task_id, report_as_resync(change))
    return None


async def _deliver(accepted: Accepted) -> None:
    turn = accepted.turn
    if turn.status not in Turn.OPEN or getattr(turn.task, "is_paused", False):
        return
    try:
        if accepted.is_behind:
            await deliver_waiting(turn.task_id)
        else:
            await deliver(turn, event_of(turn, accepted.message))
    except TemporalMissing as error:
        logger.warning("Task %s: the message waits for Temporal (%s)", turn.task_id, error)
