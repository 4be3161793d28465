"""What the ``main()`` of a script uses while it handles a message in place of an ``on_message``.

``adk/script_rewriting.py`` replaces its calls of ``input()``, ``print()``, ``Runner.run()`` and the like with
the functions here. The first input is the person's message; later ones are asked in the chat. What it prints
is said. Agents whose result it prints answer; others work in the background, as steps in a fold.
"""

import asyncio
import builtins
import dataclasses
import re
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, NoReturn

from pydantic import BaseModel

from agentex_web.compat.workflow_exits import AuthorsExit
from agentex_web.exception_groups import without_groups
from agentex_web.turns import scope
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.script_memory import ChatMemory, is_of_sdk
from agentex_web.turns.turn import Turn
from agents import Agent, ItemHelpers, Runner, RunResult, RunResultStreaming

MOST_RUNS = 200
"""How many agents a script may run for one message. Only a loop that does not end runs more."""
MOST_PRINTED = 1_000_000
"""How many characters a script may print for one message. Only a loop that does not end prints more."""
LONGEST_LABEL = 80
"""In characters. A text of at most this length around an answer, such as ``Story:``, is a label: it is left
out, because the answer is shown already.
"""
LONGEST_NOTE = 200
"""In characters. A text of at most this length that is printed before the next agent runs is a note."""
CANNOT_ASK = (
    "The script calls input() again where it cannot wait. Move that to a function at the top level of the "
    "file, or ask with await turn.ask(“…”) in on_message."
)
_OF_TURN = {"context", "hooks", "max_turns", "run_config"}
"""The options of ``Runner.run()`` that ``Turn.run()`` has, too."""
_DIVIDER = re.compile(r"[\W_]*")
"""A line such as ``-----``, or an empty one."""


class ScriptEnded(BaseException):
    """The script has returned to its prompt, has called ``exit()``, or cannot go on: the turn is over.

    A BaseException, so that ``except Exception`` in the script does not catch it; see also adk/uncaught.py.
    """


class Script:
    """One turn of a script.

    Attributes:
        turn: the turn that it handles.
        read: the places in the source whose ``input()`` has returned.
        results: the results of its runs.
        shown: the results that were shown as answers.
        has_ended: nothing more may run.
        failure: why the script cannot go on; None if it can, or has done its work.
    """

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.read: set[str] = set()
        self.results: list[RunResult | RunResultStreaming] = []
        self.shown: list[RunResult | RunResultStreaming] = []
        self.has_ended = False
        self.failure: AuthorError | None = None
        self._runs = 0
        # The tasks that run an agent or wait; a dict, because it has an order.
        self._waiting: dict[asyncio.Task[Any], None] = {}
        self._streaming: list[tuple[RunResultStreaming, list[Any]]] = []
        self._memories: dict[int, tuple[Any, ChatMemory]] = {}
        # The printed texts, each in the pieces in which it was printed.
        self._printed: list[list[str]] = []
        self._characters = 0
        self._line_is_open = False
        self._has_said = False

    @property
    def message(self) -> str:
        """The person's message."""
        return self.turn.message.content.content

    def first_message(self) -> str:
        """The person's message, for which the script asks now: what it printed above is its greeting."""
        self._printed.clear()
        return self.message

    def end(self, failure: AuthorError | None = None) -> NoReturn:
        """Ends the script, with all tasks that it has begun, as the end of a program does.

        Args:
            failure: why it cannot go on; None if it has done its work.

        Raises:
            ScriptEnded: always.
        """
        self.failure = self.failure or failure
        self.cancel_tasks()
        raise ScriptEnded

    def begin_run(self) -> None:
        """Counts a run of an agent.

        Raises:
            ScriptEnded: the script has run too many agents.
        """
        # Not when it ends: a script may begin any number at a time.
        if self._runs >= MOST_RUNS:
            self.end(AuthorError(f"The script has run agents {MOST_RUNS} times for one message."))
        self._runs += 1

    def note(self, result: RunResult | RunResultStreaming, *, shown: bool = False) -> None:
        """Notes the result of a run."""
        self.results.append(result)
        if shown:
            self.shown.append(result)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The running task waits in the block; it is cancelled if the script ends meanwhile."""
        task = asyncio.current_task()
        # A task that awaits several coroutines of the script one inside the other is noted by the outermost.
        if task is None or task in self._waiting:
            yield
            return
        self._waiting[task] = None
        try:
            yield
        finally:
            del self._waiting[task]

    async def close(self) -> None:
        """Ends the tasks that the script began and did not wait for."""
        await asyncio.gather(*self.cancel_tasks(), return_exceptions=True)

    def cancel_tasks(self) -> list[asyncio.Task[Any]]:
        """Cancels the tasks that the script began and that wait; returns them."""
        self.has_ended = True
        left = [task for task in self._waiting if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        return left

    def memory(self, session: Any) -> Any:
        """The session to use in place of this one; always the same."""
        if not is_of_sdk(session):
            return session
        # The session is kept, so that no other object gets its id.
        return self._memories.setdefault(id(session), (session, ChatMemory(self.turn)))[1]

    def write(self, *values: Any, sep: str | None = None, end: str | None = None) -> None:
        """Keeps what the script prints until the next flush.

        Raises:
            ScriptEnded: the script has printed too much, or has ended and goes on all the same.
        """
        if self.has_ended:
            self.end()
        text = (" " if sep is None else sep).join(_text(each) for each in values)
        ending = "\n" if end is None else end
        # An empty text counts, too: a loop that prints nothing but these must also end.
        self._characters += len(text) + len(ending) + 1
        if self._characters > MOST_PRINTED:
            self.end(
                AuthorError(f"The script has printed more than {MOST_PRINTED:,} characters for one message.")
            )
        if not (self._line_is_open and self._printed):
            self._printed.append([])
        self._line_is_open = "\n" not in ending
        self._printed[-1] += [text, ending] if self._line_is_open else [text]

    async def flush(self, *, is_end: bool = False) -> None:
        """Says what was printed, without the answers that are shown already.

        Args:
            is_end: the script does nothing more, so this is its answer. Before that, a short text is a note.
        """
        self._end_streams()
        printed, self._printed, self._line_is_open = self._printed, [], False
        answers = sorted({each for each in map(_answer, self.shown) if each}, key=len, reverse=True)
        texts = ["".join(each) for each in printed]
        said = "\n\n".join(each.strip() for each in texts if not _is_needless(each, answers))
        if not said:
            return
        if is_end or len(said) > LONGEST_NOTE:
            self._has_said = True
            await self.turn.say(said)
        else:
            await self.turn.say(said, author="system")

    def begin_stream(self, result: RunResultStreaming, run_items: list[Any]) -> None:
        """Notes a streamed run, whose items count once the script has read its stream."""
        self._streaming.append((result, run_items))

    def _end_streams(self) -> None:
        for each in [each for each in self._streaming if each[0].is_complete]:
            self._streaming.remove(each)
            self.turn.part.items.end_run(each[1], each[1])

    async def finish(self, returned: Any) -> None:
        """Says what was printed, or else what the script returned or its last agent answered."""
        await self.flush(is_end=True)
        if self._has_said or self.shown:
            return
        if isinstance(returned, str) and returned.strip():
            await self.turn.say(returned)
        elif self.results and (answer := _answer(self.results[-1])):
            await self.turn.say(answer)


async def handle(turn: Turn, main: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Handles a turn by running ``main``."""
    script, returned = Script(turn), None
    turn.part.add_input_to_items()
    here = dataclasses.replace(_here(), quiet=True, run_items=[], script=script)
    try:
        with scope.entered(here):
            returned = await _run(script, main)
    except ScriptEnded:
        pass
    except asyncio.CancelledError:
        script.cancel_tasks()
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
        _write_status(script, left.code)
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
            _write_status(script, left_task.code)
        if left_task is not None or script.has_ended:
            script.end()
        raise


async def _close(script: Script) -> None:
    """Ends a script that fails; what it printed before is said."""
    if not script.turn.stopped:
        await script.close()
        await script.flush()


def _exit_in(error: Exception) -> BaseException | None:
    """What ended a task of the script, if its code has called ``exit()`` there."""
    first = without_groups(error)
    cause = first.__cause__ if isinstance(first, AuthorsExit) else None
    return cause if isinstance(cause, SystemExit | ScriptEnded) else None


def _write_status(script: Script, status: object) -> None:
    """A program that exits with a text prints it."""
    if isinstance(status, str):
        script.write(status)


def message() -> str:
    """The person's message, in place of a text that the script gives to its first agent."""
    return _script().message


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
    options["session"] = script.memory(options.get("session"))
    with script.waiting():
        await script.flush()
        if {name for name, value in options.items() if value is not None} <= _OF_TURN:
            given = {name: value for name, value in options.items() if value is not None}
            with scope.entered(dataclasses.replace(_here(), script=None)):
                result = await script.turn.run(agent, input, quiet=not shown, **given)
        else:
            with scope.entered(_scope_of_run(script, shown=shown)) as here:
                result = await Runner.run(agent, input, **options)
            script.turn.part.items.end_run(here.run_items, here.run_items)
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
    here = _here()
    # Code that an agent calls may wait, too.
    with _script().waiting() if here.script is not None else nullcontext():
        await asyncio.sleep(seconds)


def leave(status: object = None) -> NoReturn:
    """In place of ``exit()``."""
    here = scope.current()
    if here is None or here.script is None:
        raise SystemExit(status)
    _write_status(here.script, status)
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


def _here() -> scope.Scope:
    here = scope.current()
    if here is None:
        raise AuthorError("The script's main() runs only in a turn.")
    return here


def _script() -> Script:
    script = _here().script
    if script is None:
        raise AuthorError("Code that an agent calls cannot use the script's input or run its main().")
    if script.has_ended:
        # It has caught the end, or a task that it began goes on.
        script.end()
    return script


def _scope_of_run(script: Script, *, shown: bool) -> scope.Scope:
    part, choices = script.turn.part, script.turn.choices
    return dataclasses.replace(
        _here(),
        script=None,
        quiet=not shown,
        run_items=part.items.begin_run() if shown else [],
        model=choices.model if shown else "",
    )


def _says_text(agent: Agent[Any]) -> bool:
    return agent.output_type in (None, str)


def _answer(result: RunResult | RunResultStreaming) -> str:
    """The text of a result: what its agents said, or a structured answer as JSON; empty without one."""
    if result.final_output is None or isinstance(result.final_output, str):
        said = ItemHelpers.text_message_outputs(result.new_items)
        return (result.final_output or said).strip()
    return _text(result.final_output)


def _text(value: Any) -> str:
    if isinstance(value, BaseModel):
        with suppress(ValueError, TypeError, RecursionError):  # A field has a type without a JSON form.
            return value.model_dump_json()
    return str(value)


def _is_needless(text: str, answers: list[str]) -> bool:
    """True for dividers, and for answers that are shown already, with their labels."""
    left = text
    for each in answers:
        left = left.replace(each, "")
    if _DIVIDER.fullmatch(left):
        return True
    return left != text and len(left.strip()) <= LONGEST_LABEL
