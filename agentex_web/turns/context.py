"""What an activity knows of the task and turn that it works for; ``ContextInterceptor`` brings it there."""

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from temporalio import activity

from agentex_web.positions import below


@dataclass(frozen=True)
class RunContext:
    """What an activity knows of where it is. Ids are strings; empty means unknown."""

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
    inside: str = ""
    """The call of the tool that an agent is, where it is that agent who works."""
    tool_call_id: str = ""
    """Of an activity that is a tool: the call that it answers."""
    beats: bool = False
    """The worker beats for the activity, whose author said nothing of it."""


run_context: ContextVar[RunContext | None] = ContextVar("run_context", default=None)
"""In an activity: what its headers say."""

_written: ContextVar[Iterator[int]] = ContextVar("written")
"""In an activity: numbers for the messages that it writes."""

streaming_task_id: ContextVar[str] = ContextVar("streaming_task_id", default="")
"""In an activity: the task to stream to (the guide's name for it)."""


@dataclass(frozen=True)
class NewMessage:
    """Where a message stands that an activity writes, and what its id is made from.

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
    info = activity.info()
    own = uuid.uuid5(uuid.UUID(info.workflow_run_id or ""), info.activity_id)
    return NewMessage(require_context().path, next(_written.get()), own)


def require_context() -> RunContext:
    """The running activity's context.

    Raises:
        RuntimeError: the activity was started by a worker or workflow without ContextInterceptor.
    """
    context = run_context.get()
    if context is None or not context.task_id:
        raise RuntimeError(
            "This activity does not know its task. Set self._task_id in the workflow, and give the "
            "worker interceptors=[ContextInterceptor()]."
        )
    return context


@contextmanager
def entered(context: RunContext) -> Iterator[None]:
    """In an activity: makes the context its own for as long as the block runs."""
    tokens = run_context.set(context), streaming_task_id.set(context.task_id), _written.set(itertools.count())
    try:
        yield
    finally:
        run_context.reset(tokens[0])
        streaming_task_id.reset(tokens[1])
        _written.reset(tokens[2])
