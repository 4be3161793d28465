"""How a turn ends: its status, its items and its cost go into the record."""

from dataclasses import dataclass

from temporalio import workflow
from temporalio.exceptions import ActivityError

from agentex_web.turns import record
from agentex_web.turns.kept_context import BadContext
from agentex_web.turns.payloads import FinishTurn, Refused, TurnMemory
from agentex_web.turns.status import Status
from agentex_web.turns.turn import Turn


@dataclass(frozen=True)
class Ending:
    """The last status of a turn, and why, for the person who reads the page."""

    status: Status
    error: str = ""
    refused: Refused = ""
    cut: bool = False
    """The answer reached the length limit, and can go on."""


async def write_ending(turn: Turn, ending: Ending) -> None:
    """Ends the turn in the record. Afterwards its items are those that the record keeps."""
    part = turn.part
    memory = TurnMemory()
    try:
        memory = turn.leaves()
    except BadContext as error:
        # The turns that follow get the one that was kept before.
        workflow.logger.warning("Turn %s: %s", turn.id, error)
    finish = FinishTurn(
        turn.task.id,
        turn.id,
        ending.status.value,
        ending.error,
        part.items if ending.status == Status.DONE else part.all_items(),
        part.usage,
        part.whole_calls,
        part.children,
        part.tool_results_unrecorded,
        ending.refused or ("guardrail" if part.refused_by_guardrail else ""),
        memory,
        part.continued,
        ending.cut,
    )
    try:
        part.items = await record.finish_turn(finish)
    except ActivityError as failure:
        # The record refuses what the turn is to be remembered by. It ends all the same, and the task goes on.
        reason = f"The turn could not be saved: {failure.cause}"
        workflow.logger.error("Turn %s: %s", turn.id, reason)
        finish = FinishTurn(turn.task.id, turn.id, Status.FAILED.value, reason, usage=part.usage)
        finish.continued = part.continued
        part.items = await record.finish_turn(finish)
