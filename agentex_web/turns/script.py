"""What the ``main()`` of a script uses while it handles a message in place of an ``on_message``.

``adk/script_rewriting.py`` replaces its calls of ``input()``, ``print()``, ``Runner.run()`` and the like with
the functions here. The first input is the person's message; later ones are asked in the chat. What it prints
is said. Agents whose result it prints answer; others work in the background, as steps in a fold.
"""

import asyncio
import builtins
import dataclasses
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, NoReturn

from pydantic import BaseModel

from agentex_web.compat.workflow_exits import AuthorsExit
from agentex_web.turns import scope
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.script_memory import ChatMemory, is_of_sdk
from agentex_web.turns.turn import Turn
from agents import Agent, ItemHelpers, Runner, RunResult, RunResultStreaming

MOST_RUNS = 200
"""How many agents a script may run for one message. Only a loop that does not end runs more."""
LONGEST_LABEL = 80
"""In characters. What a script prints around an answer that is shown already is a label up to this length."""
LONGEST_NOTE = 200
"""In characters. What a script prints before it goes on is a note up to this length."""
_OF_TURN = {"context", "hooks", "max_turns", "run_config"}
_DIVIDER = re.compile(r"[\W_]*")


class ScriptEnded(BaseException):
    """The script has returned to its prompt, or called ``exit()``: the turn is over."""


class Script:
    """One turn of a script.

    Attributes:
        turn: the turn that it handles.
        read: the places of the inputs that it has read.
        results: the results of its runs.
        shown: the results that were shown as answers.
    """

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.read: set[str] = set()
        self.results: list[RunResult | RunResultStreaming] = []
        self.shown: list[RunResult | RunResultStreaming] = []
        self._streaming: list[tuple[RunResultStreaming, list[Any]]] = []
        self._memories: dict[int, tuple[Any, ChatMemory]] = {}
        self._printed: list[str] = []
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

    def note(self, result: RunResult | RunResultStreaming, *, shown: bool = False) -> None:
        """Notes a run of an agent.

        Raises:
            AuthorError: the script has run too many agents.
        """
        self.results.append(result)
        if shown:
            self.shown.append(result)
        if len(self.results) >= MOST_RUNS:
            raise AuthorError(f"The script has run agents {MOST_RUNS} times for one message.")

    def memory(self, session: Any) -> Any:
        """The session to use in place of this one; always the same."""
        if not is_of_sdk(session):
            return session
        # The session is kept, so that no other object gets its id.
        return self._memories.setdefault(id(session), (session, ChatMemory(self.turn)))[1]

    def write(self, *values: Any, sep: str | None = None, end: str | None = None) -> None:
        """Keeps what the script prints until the next flush."""
        text = (" " if sep is None else sep).join(_text(each) for each in values)
        if self._line_is_open and self._printed:
            self._printed[-1] += text
        else:
            self._printed.append(text)
        ending = "\n" if end is None else end
        self._line_is_open = "\n" not in ending
        if self._line_is_open:
            self._printed[-1] += ending

    async def flush(self, *, is_end: bool = False) -> None:
        """Says what was printed, without the answers that are shown already.

        Args:
            is_end: the script does nothing more. Before that, what is short only reports its progress.
        """
        self._end_streams()
        printed, self._printed, self._line_is_open = self._printed, [], False
        answers = sorted({each for each in map(_answer, self.shown) if each}, key=len, reverse=True)
        said = "\n\n".join(each.strip() for each in printed if not _is_needless(each, answers))
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
    turn.add_input_to_items()
    here = dataclasses.replace(_here(), quiet=True, run_items=[], script=script)
    with scope.entered(here), suppress(ScriptEnded):
        try:
            returned = await main()
        except AuthorsExit as error:
            # One of several agents at a time has called `exit()`: it left a task of its own.
            if not isinstance(error.__cause__, ScriptEnded):
                raise
    await script.finish(returned)


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
        raise ScriptEnded
    await script.flush()
    script.read.add(place)
    return str(await script.turn.ask(str(prompt).strip() or "…"))


async def confirm(question: object, *_default: object, **_options: object) -> bool:
    """In place of ``confirm_with_fallback()`` of the SDK's examples."""
    script = _script()
    await script.flush()
    return bool(await script.turn.ask(str(question).strip(), choices=("yes", "no")) == "yes")


async def run(is_answer: bool, agent: Agent[Any], /, input: Any = "", **options: Any) -> RunResult:
    """In place of ``Runner.run()``.

    Args:
        is_answer: the script prints the result.
    """
    script = _script()
    await script.flush()
    shown = is_answer and _says_text(agent)
    options["session"] = script.memory(options.get("session"))
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
    await asyncio.sleep(seconds)


def leave(*_status: object) -> NoReturn:
    """In place of ``exit()``."""
    raise ScriptEnded


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
    if here.script.read:
        raise AuthorError(
            "The script calls input() again in a function that cannot wait. Make it: async def, or ask with "
            "await turn.ask(“…”) in on_message."
        )
    here.script.read.add("")
    return here.script.first_message()


def _here() -> scope.Scope:
    here = scope.current()
    if here is None:
        raise AuthorError("The script's main() runs only in a turn.")
    return here


def _script() -> Script:
    script = _here().script
    if script is None:
        raise AuthorError("Code that an agent calls cannot use the script's input or run its main().")
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
