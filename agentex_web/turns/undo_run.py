"""*Stop and undo*: calls the undo functions that the turn registered, most recent first, each with its own
card.
"""

from temporalio.exceptions import ActivityError, TimeoutError

from agentex_web.turns import record
from agentex_web.turns.record_payloads import ToolCall
from agentex_web.turns.scope import Scope, entered
from agentex_web.turns.tool_results import text_of
from agentex_web.turns.turn import Turn

UNDONE = "The user stopped this turn. Of what it had done, this was undone: {undone}."
FAILED = " This could not be undone: {failed}."


async def undo_all(turn: Turn) -> None:
    """Undoes what a stopped turn has done. If one step fails, the others are still undone."""
    progress, undone, failed = turn.progress, list[str](), list[str]()
    progress.steps.may_continue_as_new = lambda: False
    with entered(Scope(progress, progress.items.begin_run(), undoes=True)):
        number = 0
        while (step := progress.undoing.take_last()) is not None:
            number += 1
            call = ToolCall(
                turn.task.id, turn.id, "", f"Undo: {step.title}", f"undo-{turn.id}-{number}", arguments=""
            )
            await record.tool_started(call)
            try:
                call.output = text_of(await step.undo()) or "Undone."
                undone.append(step.title)
            except Exception as error:  # noqa: BLE001  (one failure must not prevent the other steps)
                call.output, call.failed = f"It could not be undone: {_cause_of(error)}", True
                failed.append(step.title)
            await record.tool_ended(call)
    if undone or failed:
        words = UNDONE.format(undone=", ".join(undone) or "nothing")
        words += FAILED.format(failed=", ".join(failed)) if failed else ""
        progress.items.begin_run().append({"role": "assistant", "content": f"({words})"})


def _cause_of(error: BaseException) -> BaseException:
    """Why an activity failed. After a timeout that is its last failure, if it had one."""
    while isinstance(error, ActivityError | TimeoutError) and error.__cause__ is not None:
        error = error.__cause__
    return error
