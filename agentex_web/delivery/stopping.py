"""Stops turns: tells the worker through Redis, and the workflow through Temporal."""

import asyncio
import logging
from collections.abc import Sequence

from agentex_web.background import in_background
from agentex_web.delivery.client import TemporalMissing, signal_turn
from agentex_web.journal import stops
from agentex_web.journal.record import record
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks.models import Turn
from agentex_web.turns.payloads import SignalName

logger = logging.getLogger(__name__)

WAITING_FIRST_SECONDS = 0.2
"""How long the Stop of the running turn waits for the Stops of the waiting turns."""


async def stop_turns(open_turns: Sequence[Turn], *, undo: bool = False) -> None:
    """Stops turns. Waiting turns come first, so that they do not start when the running one ends.

    Args:
        open_turns: the turns that ``journal.stops.request_stops`` returned.
        undo: undo what the running turn has done.
    """
    waiting = [
        asyncio.ensure_future(_stop(turn)) for turn in open_turns if turn.status != Turn.Status.RUNNING
    ]
    if waiting:
        await asyncio.wait(waiting, timeout=WAITING_FIRST_SECONDS)
    await asyncio.gather(
        *waiting, *(_stop(turn, undo=undo) for turn in open_turns if turn.status == Turn.Status.RUNNING)
    )


async def _stop(turn: Turn, *, undo: bool = False) -> None:
    # Redis is told in parallel with Temporal: if one of them hangs, the other still gets the Stop. Not with
    # undo: a Stop through Redis would also end the calls that undo, so only the workflow ends running calls.
    if not undo:
        in_background(announce_stop(str(turn.pk), continued=turn.continued), f"Task {turn.task_id}: a Stop")
    try:
        known = await signal_turn(turn, SignalName.STOP, undo=undo)
    except TemporalMissing as error:
        logger.warning("Turn %s: Temporal was not told to stop it (%s)", turn.pk, error)
        known = False
    if not known:
        # No workflow has the turn, so it must be ended here.
        await record(stops.stop_waiting, turn.task_id, turn.pk)
