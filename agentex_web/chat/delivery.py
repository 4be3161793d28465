"""After a message is committed: tell the other tabs, and hand it to Temporal, beside the response."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from agentex_web import background
from agentex_web.delivery.client import TemporalMissing, deliver, deliver_waiting, event_of
from agentex_web.streams.events import BranchChanged, Event, MessageDone, TurnChanged
from agentex_web.streams.publisher import publish
from agentex_web.tasks.accept import Accepted
from agentex_web.tasks.models import Message, Turn

logger = logging.getLogger(__name__)

REDIS_SECONDS = 0.3
"""How long a delivery waits for the stream, which takes a millisecond unless Redis hangs."""


def in_background(work: Coroutine[Any, Any, Any]) -> None:
    """Runs ``work`` after the response. What a crash of this process loses here, the outbox makes good."""
    background.in_background(work, getattr(work, "__qualname__", "Work after a response"))


async def hand_over(accepted: Accepted, *, new_branch: bool = False) -> None:
    """``accepted``: with its task, agent and owner loaded."""
    turn, message = accepted.turn, accepted.message
    if turn.status not in Turn.OPEN:
        # Sent once more, by somebody who did not hear that it had arrived: it was served long ago.
        await publish(str(turn.task_id), [MessageDone(str(message.pk), str(turn.pk))])
        return
    shown: list[Event] = [MessageDone(str(message.pk), str(turn.pk)), TurnChanged(str(turn.pk), turn.status)]
    # In this order, a millisecond later: the worker's "running" must not be overtaken by "pending".
    await _show(str(turn.task_id), [BranchChanged()] if new_branch else shown)
    await _deliver(turn, message, is_behind=accepted.is_behind)


async def _show(task_id: str, events: list[Event]) -> None:
    try:
        await asyncio.wait_for(publish(task_id, events), REDIS_SECONDS)
    except TimeoutError:
        # By the time that Redis takes them they may be true no more; the rows always are.
        in_background(publish(task_id, [BranchChanged()]))


async def _deliver(turn: Turn, message: Message, *, is_behind: bool) -> None:
    try:
        if is_behind:
            await deliver_waiting(turn.task_id)
        else:
            await deliver(turn, event_of(turn, message))
    except TemporalMissing as error:
        logger.warning("Task %s: the message waits for Temporal (%s)", turn.task_id, error)
