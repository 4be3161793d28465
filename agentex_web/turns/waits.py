"""Durable waits for a person, a time or an event. They survive restarts of all services.

The record stores each wait and its decision, so a wait with the same key finds its decision again in any run
of the workflow. The signal DECIDE wakes the run that waits.
"""

from collections.abc import Awaitable, Callable

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import TURN_OVER, TURN_STOPPED
from agentex_web.turns import record, scope
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.payloads import SignalName
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.wait_payloads import OpenWait, Outcome, WaitRef

_ATTRIBUTE = "_agentex_outcomes"
Outcomes = dict[str, Outcome]


class WaitTimedOut(TimeoutError, AuthorError):
    """The deadline of a wait has passed. The text says what did not come in time."""


async def wait_for(
    wait: OpenWait, opened_by: Callable[[OpenWait], Awaitable[Outcome]] = record.open_wait
) -> Outcome:
    """Opens a wait, shows its card, and waits until it is decided or its deadline has passed.

    Args:
        opened_by: the function of turns/record.py that opens the wait.

    Returns:
        the outcome, whose status is ``decided`` or ``expired``.

    Raises:
        CancelledError: the turn was stopped. The wait's card shows that.
        ApplicationError: of type ``TurnStopped``, or ``TurnOver`` if the turn had already ended.
    """
    progress = here.progress if (here := scope.current()) is not None else None
    if progress is not None:
        await progress.steps.checkpoint()
    arrived = _arrived(workflow.instance())
    outcome = await opened_by(wait)
    if outcome.status == "waiting":
        outcome = await _decided(wait, outcome, arrived, progress)
    if outcome.status == "cancelled":
        if progress is not None:
            await progress.steps.until_repeated()
        raise ApplicationError("The turn was stopped.", type=TURN_OVER if outcome.turn_over else TURN_STOPPED)
    if progress is not None:
        await progress.steps.wait_ended(wait.key, progress.start)
    return outcome


async def _decided(
    wait: OpenWait, opened: Outcome, arrived: Outcomes, progress: TurnProgress | None
) -> Outcome:
    try:
        # The record has the deadline, so the timer is none of the turn's (turns/timers.py).
        with scope.outside():
            await workflow.wait_condition(lambda: opened.wait_id in arrived, timeout=opened.seconds_left)
    except TimeoutError:
        if progress is not None:
            progress.steps.wait_expires(wait.key)
        # A person may have decided at the same moment: the record knows what came first.
        return await record.expire_wait(WaitRef(wait.task_id, opened.wait_id))
    return arrived.pop(opened.wait_id)


def _arrived(instance: object) -> Outcomes:
    """The decisions that this run has received by signal and no wait has taken yet.

    The signal handler is set here instead of being declared on ``Workflow``, because child workflows and
    workflows written as in the guide can wait, too.
    """
    found: Outcomes | None = vars(instance).get(_ATTRIBUTE)
    if found is None:
        found = {}
        setattr(instance, _ATTRIBUTE, found)

        def decide(outcome: Outcome) -> None:
            found.setdefault(outcome.wait_id, outcome)

        workflow.set_signal_handler(SignalName.DECIDE, decide)
    return found
