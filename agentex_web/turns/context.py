"""The task and turn that an activity works for. ``ContextInterceptor`` brings them in the activity's
headers."""

import itertools
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from temporalio import activity

from agentex_web.positions import OPENING, below


@dataclass(frozen=True)
class RunContext:
    """An activity's task and turn, and its position in the turn. Ids are strings; empty means unknown."""

    task_id: str = ""
    trace_id: str = ""
    parent_span_id: str = ""
    turn_id: str = ""
    path: str = ""
    """Where in the turn the activity or child workflow was started (positions.py); empty outside turns."""
    holds_tools: bool = False
    """The hooks decide which tool calls are shown, so the model must not show them first."""
    agent_name: str = ""
    """Of a model call: the agent that calls."""
    quiet: bool = False
    """What the model says is shown as a step in a fold, and not as an answer."""
    summarises: bool = False
    """Of a model call: it writes a summary, of which nothing is shown."""
    may_compact: bool = False
    """Of a model call: if its input is too long, a summary takes the place of a part of it."""
    parent_tool_call_id: str = ""
    """Set while an agent used as a tool runs: the id of that tool call."""
    tool_call_id: str = ""
    """Of an activity that is a tool: the call that it answers."""
    continued: int = 0
    """How often the turn has gone on after a cut answer."""
    continues: str = ""
    """Of a model call: the id of the message that was cut and grows; empty for a new answer."""
    beats: bool = False
    """True if the worker sends the activity's heartbeats, because its author asked for none."""


@dataclass(frozen=True)
class RunningActivity:
    """What the product keeps for an activity while it runs.

    Attributes:
        context: what its headers say.
        numbers: of the messages that it writes, from 0.
        record: the functions that turns/record.py calls, by name; empty on a worker that is not
            AgentexWorker.
    """

    context: RunContext
    numbers: Iterator[int]
    record: Mapping[str, Callable[[Any], Awaitable[Any]]]


_running: ContextVar[RunningActivity | None] = ContextVar("agentex_activity", default=None)
"""The only context variable of the activity side: the SDK's models and authors' activities get no argument
of ours."""


def running_activity() -> RunningActivity | None:
    """The activity that the code runs in; None outside activities that have a task."""
    return _running.get()


def current_context() -> RunContext | None:
    """What the running activity's headers say; None if they say nothing."""
    running = _running.get()
    return running.context if running else None


@dataclass(frozen=True)
class NewMessage:
    """The position of a message that an activity writes, and what its id is made from.

    Attributes:
        path: of the activity; empty if it works for no turn, as one of a timer does.
        number: of the message, among what the activity writes, from 0.
        activity: the activity's own name, the same for each of its attempts.
    """

    path: str
    number: int
    activity: uuid.UUID

    @property
    def position(self) -> str:
        """In the turn; empty where the activity works for none."""
        return below(self.path, self.number) if self.path else ""

    def created_in(self, turn_id: uuid.UUID) -> uuid.UUID:
        """The id of a message that joins the turn."""
        if self.path.startswith(OPENING):
            # Of a workflow's opening; as a number it would be that of an activity of the turn.
            return created_id(turn_id, f"{self.path}/{self.number}")
        if self.path:
            # As a number, as it was before paths were text: an activity that is repeated finds its row.
            return created_id(turn_id, f"{int(self.path)}/{self.number}")
        # By the activity's next attempt the last turn, which it joins, may be another.
        return self.id_of("created")

    def id_of(self, kind: str) -> uuid.UUID:
        return uuid.uuid5(self.activity, f"{kind}/{self.number}")


def created_id(turn_id: uuid.UUID, key: str) -> uuid.UUID:
    """The id of a message that an author creates, by its ``key`` in the turn."""
    return uuid.uuid5(turn_id, f"created/{key}")


def new_message() -> NewMessage:
    """The next message of the running activity. A repeated activity gets the same ones again."""
    running = _require_running()
    info = activity.info()
    own = uuid.uuid5(uuid.UUID(info.workflow_run_id or ""), info.activity_id)
    return NewMessage(running.context.path, next(running.numbers), own)


def require_context() -> RunContext:
    """The running activity's context.

    Raises:
        RuntimeError: the activity was started by a worker or workflow without ContextInterceptor.
    """
    return _require_running().context


def _require_running() -> RunningActivity:
    running = _running.get()
    if running is None or not running.context.task_id:
        raise RuntimeError(
            "This activity does not know its task. Set self._task_id in the workflow, and give the "
            "worker interceptors=[ContextInterceptor()]."
        )
    return running


@contextmanager
def entered(
    context: RunContext, record: Mapping[str, Callable[[Any], Awaitable[Any]]] = MappingProxyType({})
) -> Iterator[None]:
    """In an activity: makes the context its own for as long as the block runs.

    Args:
        record: the functions that write the record, by the names that they have in turns/record.py.
    """
    token = _running.set(RunningActivity(context, itertools.count(), record))
    try:
        yield
    finally:
        _running.reset(token)
