"""One turn of a script: what it has read, printed and run while it handles the message."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeGuard

from temporalio import workflow

from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.script_memory import ChatMemory, is_of_sdk
from agentex_web.turns.script_output import Printed, text_of
from agentex_web.turns.turn import Turn
from agents import ItemHelpers, RunResult, RunResultStreaming, TResponseInputItem

MOST_RUNS = 200
"""How many agents a script may run for one message. Only a loop that does not end runs more."""
MOST_PRINTED = 1_000_000
"""How many characters a script may print for one message. Only a loop that does not end prints more."""
LONGEST_NOTE = 200
"""In characters. A text of at most this length that is printed before the next agent runs is a note."""
_REMEMBERS = ("session", "conversation_id", "previous_response_id")
"""Arguments of ``Runner.run()`` with which an agent knows the conversation."""
PATCH_SESSIONS = "a script's methods have the chat's memory"
"""Temporal patch id. Before the patch, a turn failed whose script gave an agent a session in a method."""


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

    def __init__(self, turn: Turn, history: list[TResponseInputItem]) -> None:
        self.turn = turn
        self._history = history
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
        self._printed = Printed()
        self._has_said = False

    @property
    def message(self) -> str:
        """The person's message."""
        return self.turn.message.content.content

    @property
    def has_shown(self) -> bool:
        """True if the person has seen something of it, or will."""
        return self._has_said or bool(self._printed or self.shown)

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

    def with_history(self, input: Any, options: Mapping[str, Any]) -> Any:
        """Returns an agent's input. If it is the person's message, the chat's earlier turns come before it.

        Args:
            input: as for ``Runner.run()``.
            options: the other arguments. With a session, the agent knows the earlier turns already.
        """
        if any(options.get(name) is not None for name in _REMEMBERS):
            return input
        given = [{"role": "user", "content": input}] if isinstance(input, str) else input
        said = given[0].get("content") if _is_persons(given) else None
        if said == self.message:
            # With the files that belong to it.
            given = [*self.turn.input, *given[1:]]
        elif not (isinstance(said, str) and self._runs == 1 and self.message in said):
            return input
        return [*self._history, *given] if self._history or self.turn.message.attachments else input

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

    def keep_memory(self, options: dict[str, Any]) -> None:
        """Replaces the session in the options of a run that a method of the script began."""
        if is_of_sdk(options.get("session")) and workflow.patched(PATCH_SESSIONS):
            options["session"] = self.memory(options["session"])

    def write(self, *values: Any, sep: str | None = None, end: str | None = None) -> None:
        """Keeps what the script prints until the next flush.

        Raises:
            ScriptEnded: the script has printed too much, or has ended and goes on all the same.
        """
        if self.has_ended:
            self.end()
        if not self._printed.write(*values, sep=sep, end=end, most=MOST_PRINTED):
            self.end(
                AuthorError(f"The script has printed more than {MOST_PRINTED:,} characters for one message.")
            )

    async def flush(self, *, is_end: bool = False) -> None:
        """Says what was printed, without the answers that are shown already.

        Args:
            is_end: the script does nothing more, so this is its answer. Before that, a short text is a note.
        """
        self._end_streams()
        said = self._printed.take([answer_of(each) for each in self.shown])
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
            self.turn.progress.items.end_run(each[1], each[1])

    async def finish(self, returned: Any) -> None:
        """Says what was printed, or else what the script returned or its last agent answered."""
        await self.flush(is_end=True)
        if self._has_said or self.shown:
            return
        if isinstance(returned, str) and returned.strip():
            await self.turn.say(returned)
        elif self.results and (answer := answer_of(self.results[-1])):
            await self.turn.say(answer)


def _is_persons(given: Any) -> TypeGuard[Sequence[Any]]:
    """True for input items that begin with a message of a person."""
    first = given[0] if isinstance(given, Sequence) and given else None
    return isinstance(first, dict) and first.get("role") == "user"


def answer_of(result: RunResult | RunResultStreaming) -> str:
    """The text of a result: what its agents said, or a structured answer as JSON; empty without one."""
    if result.final_output is None or isinstance(result.final_output, str):
        said = ItemHelpers.text_message_outputs(result.new_items)
        return (result.final_output or said).strip()
    return text_of(result.final_output)
