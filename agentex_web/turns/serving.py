"""Runs the code of one turn until it ends, and finds out how it ended."""

from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from agentex_web.turns import record
from agentex_web.turns.continuing import can_continue, cut_by
from agentex_web.turns.ending import Ending
from agentex_web.turns.reasons import is_over, reason_of, refusal_in, was_cut, was_stopped
from agentex_web.turns.record_payloads import TurnRef
from agentex_web.turns.status import Status
from agentex_web.turns.turn import Turn
from agentex_web.turns.turn_signals import TurnSignals
from agentex_web.turns.undo_run import undo_all

PATCH_STOP_SIGNAL = "a noticed stop waits for its signal"
"""Temporal patch id. Before the patch, a Stop that was noticed before its signal came undid nothing."""
STOP_SIGNAL = timedelta(seconds=5)
"""How long to wait for the signal of a Stop that was noticed earlier. If Temporal was away when the person
pressed Stop, a worker sends the signal again within this time (worker/lost_turns.py).
"""


async def ending_of(turn: Turn, signals: TurnSignals, code: Awaitable[None]) -> Ending:
    """Runs the turn's code. An exception fails the turn; a Stop ends it, and may undo what it has done.

    Args:
        signals: what was asked for the turn; it changes while the code runs.

    Raises:
        BaseException: the workflow itself ends, or was cancelled.
    """
    try:
        await code
        # Fails the turn here if its run context cannot be stored.
        turn.memory.update()
    except BaseException as failure:
        if signals.withdrawn:
            return Ending(Status.WITHDRAWN)
        # The model call may learn of a Stop through Redis before the workflow gets its signal.
        if signals.stopped or was_stopped(failure):
            if not is_over(failure):
                await _until_signalled(signals)
            if signals.undo:
                await undo_all(turn)
            return ending_of_stop(signals)
        if not isinstance(failure, Exception) or is_cancelled_exception(failure):
            raise
        return _ending_of_failure(turn, failure)
    if turn.progress.violation is not None:
        return Ending(Status.FAILED, reason_of(turn.progress.violation))
    if signals.undo:
        # The Stop arrived as the last step ended. The person still wants it undone.
        await undo_all(turn)
        return ending_of_stop(signals)
    return Ending(Status.DONE)


def ending_of_stop(signals: TurnSignals) -> Ending:
    """The ending of a turn that was stopped: failed with the product's reason, or interrupted by a person."""
    return Ending(Status.FAILED, signals.stop) if signals.stop else Ending(Status.INTERRUPTED)


def _ending_of_failure(turn: Turn, failure: Exception) -> Ending:
    reason = reason_of(failure)
    workflow.logger.warning("Turn %s failed: %s", turn.id, reason)
    if was_cut(failure) and can_continue(turn):
        return Ending(Status.FAILED, reason, cut=True, cut_by=cut_by(turn))
    return Ending(Status.FAILED, reason, refusal_in(failure))


async def _until_signalled(signals: TurnSignals) -> None:
    """Waits for the signal of a Stop that was noticed earlier: it says whether to undo."""
    if not signals.stopped and workflow.patched(PATCH_STOP_SIGNAL):
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: signals.stopped, timeout=STOP_SIGNAL)


async def mark_running(turn: Turn) -> None:
    """Marks the turn running if its code waits without having scheduled an activity. Otherwise, the turn's
    first activity marks it (worker/interceptor.py).
    """
    # Temporal checks conditions when no code is ready to run. So this resumes once the turn's code waits.
    await workflow.wait_condition(lambda: True)
    # When a turn is continued, its next activity is not its first one, so it does not mark the turn.
    if not (turn.stopped or (turn.progress.steps_started and not turn.message.continues)):
        await record.begin_turn(ref(turn))


def ref(turn: Turn) -> TurnRef:
    """How the record finds a turn."""
    return TurnRef(turn.task.id, turn.id, turn.progress.cut.number)
