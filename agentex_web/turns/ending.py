"""Writes the end of a turn to the record: its status, items and token usage."""

from dataclasses import dataclass, field

from temporalio import workflow
from temporalio.exceptions import ActivityError

from agentex_web.turns import record
from agentex_web.turns.record_payloads import FinishTurn, Refused, TurnMemory
from agentex_web.turns.run_context import BadContext
from agentex_web.turns.status import Status
from agentex_web.turns.turn import Turn


@dataclass(frozen=True)
class Ending:
    """The final status of a turn, and the reason that the page shows."""

    status: Status
    error: str = ""
    refused: Refused = ""
    cut: bool = False
    """The answer reached the length limit, and can be continued."""
    cut_by: dict[str, str] = field(default_factory=dict)
    """See ``FinishTurn.cut_by``."""


async def write_ending(turn: Turn, ending: Ending) -> None:
    """Ends the turn in the record. Afterwards, the turn's items are those that the record stored."""
    progress = turn.progress
    memory = TurnMemory()
    try:
        memory = turn.memory.update()
    except BadContext as error:
        # Later turns get the run context that was stored last.
        workflow.logger.warning("Turn %s: %s", turn.id, error)
    finish = FinishTurn(
        turn.task.id,
        turn.id,
        ending.status.value,
        ending.error,
        progress.items.added if ending.status == Status.DONE else progress.items.with_open_runs(),
        progress.usage,
        progress.items.whole_calls,
        progress.children,
        progress.tool_results_unrecorded,
        ending.refused or ("guardrail" if progress.refused_by_guardrail else ""),
        memory,
        progress.cut.number,
        ending.cut,
        ending.cut_by,
    )
    try:
        progress.items.added = await record.finish_turn(finish)
    except ActivityError as failure:
        # The record refuses the turn's items or memory. End the turn as failed, so that the task continues.
        reason = f"The turn could not be saved: {failure.cause}"
        workflow.logger.error("Turn %s: %s", turn.id, reason)
        finish = FinishTurn(turn.task.id, turn.id, Status.FAILED.value, reason, usage=progress.usage)
        finish.continued = progress.cut.number
        progress.items.added = await record.finish_turn(finish)
