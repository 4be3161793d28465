"""What the ``main()`` of a script uses while it handles a message in place of an ``on_message``.

``adk/script_rewriting.py`` replaces its calls of ``input()``, ``print()``, ``Runner.run()`` and the like with
the functions here. The first input is the person's message; later ones are asked in the chat. What it prints
is said. Agents whose result it prints answer; others work in the background, as steps in a fold.
"""

import asyncio
import builtins
import dataclasses
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, NoReturn

from temporalio import workflow

from agentex_web.turns import scope
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.script import Script
from agentex_web.turns.script_handling import scope_here, write_status
from agentex_web.turns.script_memory import ChatMemory
from agents import Agent, Runner, RunResult, RunResultStreaming

CANNOT_ASK = (
    "The script calls input() again where it cannot wait. Move that to a function at the top level of the "
    "file, or ask with await turn.ask(“…”) in on_message."
)
_OF_TURN = {"context", "error_handlers", "hooks", "max_turns", "run_config"}
"""The options of ``Runner.run()`` that ``Turn.run()`` has, too."""


def message() -> str:
    """The person's message, in place of a text that the script gives to its first agent."""
    return _script().message


def argument() -> str:
    """The person's message, as an argument of the script's command line."""
    script = _script()
    script.read.add("")
    return script.message


def on_command_line(function: Callable[..., Any], *given: Any, **options: Any) -> Any:
    """In place of calls of argparse, which looks for the translations of its words among the files."""
    with workflow.unsafe.sandbox_unrestricted():
        return function(*given, **options)


def argv(*arguments: str) -> list[str]:
    """In place of ``sys.argv``."""
    return ["", *arguments]


def place_of(place: str, prompt: object) -> str:
    """The place of an input in a function that is called for several questions."""
    return f"{place} {prompt}"


async def read(place: str, prompt: object = "", *_default: object) -> str:
    """In place of ``input()``.

    Args:
        place: where the script calls it. A second call there is a loop that waits for the next message.
    """
    script = _script()
    if not script.read:
        script.read.add(place)
        return script.first_message()
    if place in script.read:
        script.end()
    script.read.add(place)
    with script.waiting():
        await script.flush()
        return str(await script.turn.ask(str(prompt).strip() or "…"))


async def confirm(question: object, *_default: object, **_options: object) -> bool:
    """In place of ``confirm_with_fallback()`` of the SDK's examples."""
    script = _script()
    with script.waiting():
        await script.flush()
        return bool(await script.turn.ask(str(question).strip(), choices=("yes", "no")) == "yes")


async def run(is_answer: bool, agent: Agent[Any], /, input: Any = "", **options: Any) -> RunResult:
    """In place of ``Runner.run()``.

    Args:
        is_answer: the script prints the result.
    """
    script = _script()
    script.begin_run()
    shown = is_answer and _says_text(agent)
    input = script.with_history(input, options)
    options["session"] = script.memory(options.get("session"))
    with script.waiting():
        await script.flush()
        if {name for name, value in options.items() if value is not None} <= _OF_TURN:
            given = {name: value for name, value in options.items() if value is not None}
            with scope.entered(dataclasses.replace(scope_here(), script=None)):
                result = await script.turn.run(agent, input, quiet=not shown, **given)
        else:
            with scope.entered(_scope_of_run(script, shown=shown)) as here:
                result = await Runner.run(agent, input, **options)
            script.turn.progress.items.end_run(here.run_items, here.run_items)
    script.note(result, shown=shown)
    return result


async def run_streamed(
    is_answer: bool,
    agent: Agent[Any],
    /,
    input: Any = "",
    **options: Any,
) -> RunResultStreaming:
    """In place of ``Runner.run_streamed()``; see ``run``."""
    script = _script()
    script.begin_run()
    await script.flush()
    shown = is_answer and _says_text(agent)
    input = script.with_history(input, options)
    options["session"] = script.memory(options.get("session"))
    with scope.entered(_scope_of_run(script, shown=shown)) as here:
        result = Runner.run_streamed(agent, input, **options)
    script.begin_stream(result, here.run_items)
    script.note(result, shown=shown)
    return result


def memory(*_arguments: object, **_options: object) -> ChatMemory:
    """In place of ``SQLiteSession()``."""
    return ChatMemory(_script().turn)


async def sleep(seconds: float) -> None:
    """In place of ``time.sleep()``."""
    here = scope_here()
    # Code that an agent calls may wait, too.
    with _script().waiting() if here.script is not None else nullcontext():
        await asyncio.sleep(seconds)


def leave(status: object = None) -> NoReturn:
    """In place of ``exit()``."""
    here = scope.current()
    if here is None or here.script is None:
        raise SystemExit(status)
    write_status(here.script, status)
    here.script.end()


def printed(*values: Any, sep: str | None = None, end: str | None = None, **options: Any) -> None:
    """In place of ``print()`` in the script's modules. Outside of its turns, it prints."""
    here = scope.current()
    if here is None or here.script is None or options.get("file") is not None:
        builtins.print(*values, sep=sep, end=end, **options)
    else:
        here.script.write(*values, sep=sep, end=end)


def read_now(prompt: object = "") -> str:
    """In place of ``input()`` in plain functions and methods, which cannot wait."""
    here = scope.current()
    if here is None or here.script is None:
        return builtins.input(prompt)
    script, caller = here.script, sys._getframe(1)  # noqa: SLF001  (documented)
    place = place_of(f"{caller.f_code.co_filename}:{caller.f_lineno}", prompt)
    if place in script.read or script.has_ended:
        script.end()
    if script.read:
        script.end(AuthorError(CANNOT_ASK))
    script.read.add(place)
    return script.first_message()


def _script() -> Script:
    script = scope_here().script
    if script is None:
        raise AuthorError("Code that an agent calls cannot use the script's input or run its main().")
    if script.has_ended:
        # It has caught the end, or a task that it began goes on.
        script.end()
    return script


def _scope_of_run(script: Script, *, shown: bool) -> scope.Scope:
    progress, choices = script.turn.progress, script.turn.choices
    return dataclasses.replace(
        scope_here(),
        script=None,
        quiet=not shown,
        run_items=progress.items.begin_run() if shown else [],
        model=choices.model if shown else "",
    )


def _says_text(agent: Agent[Any]) -> bool:
    return agent.output_type in (None, str)
