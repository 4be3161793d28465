"""Handles a turn with a script's ``main()``, and finds out how it ended."""

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from typing import Any

from temporalio import workflow

from agentex_web.compat.workflow_exits import AuthorsExit
from agentex_web.exception_groups import without_groups
from agentex_web.turns import scope
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.script import Script, ScriptEnded
from agentex_web.turns.turn import Turn

PATCH_HISTORY = "a script knows the chat"
"""Temporal patch id. Before the patch, only agents with a session knew the chat's earlier turns."""
PATCH_PRINTS = "a stopped script says what it printed"
"""Temporal patch id. Before the patch, what it had printed was lost."""
PATCH_STATUS = "a script's status may be a failure"
"""Temporal patch id. Before the patch, no exit status failed the turn."""


async def handle(turn: Turn, main: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Handles a turn by running ``main``."""
    script = Script(turn, await turn.history() if workflow.patched(PATCH_HISTORY) else [])
    returned = None
    turn.progress.add_input_to_items()
    here = dataclasses.replace(scope_here(), quiet=True, run_items=[], script=script)
    try:
        with scope.entered(here):
            returned = await _run(script, main)
    except ScriptEnded:
        pass
    except asyncio.CancelledError:
        script.cancel_tasks()
        if turn.stopped and workflow.patched(PATCH_PRINTS):
            await script.flush()
        raise
    except Exception:
        await _close(script)
        raise
    if script.failure is not None:
        await _close(script)
        raise script.failure
    await script.close()
    await script.finish(returned)


async def _run(script: Script, main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    try:
        return await main()
    except SystemExit as left:
        write_status(script, left.code)
        script.end()
    except asyncio.CancelledError:
        if script.has_ended and not script.turn.stopped:
            # Not a Stop: another task has ended the script.
            if (task := asyncio.current_task()) is not None:
                task.uncancel()
            script.end()
        raise
    except Exception as error:
        # If `exit()` is called in one of several tasks, `gather()` or a TaskGroup raises this here.
        left_task = _exit_in(error)
        if isinstance(left_task, SystemExit):
            write_status(script, left_task.code)
        if left_task is not None or script.has_ended:
            script.end()
        raise


async def _close(script: Script) -> None:
    """Ends a script that failed, and says what it printed before."""
    if not script.turn.stopped:
        await script.close()
        await script.flush()


def _exit_in(error: Exception) -> BaseException | None:
    """The exception of ``exit()``, if the script called it in one of its tasks; otherwise None."""
    first = without_groups(error)
    cause = first.__cause__ if isinstance(first, AuthorsExit) else None
    return cause if isinstance(cause, SystemExit | ScriptEnded) else None


def write_status(script: Script, status: object) -> None:
    """Handles the argument of ``exit()``. A text is printed, as Python does. A status other than 0 fails the
    turn if the script has said nothing.
    """
    if isinstance(status, str):
        script.write(status)
    elif status and not script.has_shown and workflow.patched(PATCH_STATUS):
        script.end(AuthorError(f"The program has ended with the status {status}."))


def scope_here() -> scope.Scope:
    """The scope of the running code of a script.

    Raises:
        AuthorError: no turn is running.
    """
    here = scope.current()
    if here is None:
        raise AuthorError("The script's main() runs only in a turn.")
    return here
