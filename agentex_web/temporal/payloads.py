"""What crosses into Temporal and back. Standard library only: workflows import it in the sandbox."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class SignalName(StrEnum):
    """The signals that a task's workflow understands."""

    RECEIVE_EVENT = "receive_event"
    STOP = "stop"
    WITHDRAW = "withdraw"


@dataclass
class TextContent:
    """A text message. ``author`` is ``user``, ``agent`` or ``system``; ``content`` is markdown."""

    author: str
    content: str
    type: str = "text"


@dataclass
class TaskRef:
    """The task that a workflow serves."""

    id: str
    agent: str = ""
    owner: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass
class Event:
    """One message of a person; its id is that of the message and of the turn it opens."""

    id: str
    content: TextContent
    parent: str | None = None
    """The turn it follows; None for the first of the task."""


@dataclass
class SendEventParams:
    """The argument of the signal RECEIVE_EVENT."""

    task: TaskRef
    event: Event


@dataclass
class TaskParams:
    """The argument of a task's workflow."""

    task: TaskRef
    idle_seconds: float = 3600.0
    """A workflow that waits this long for the next message ends; the next message starts it anew."""


@dataclass
class StopParams:
    """The argument of the signals STOP and WITHDRAW: the turn that is meant."""

    turn: str


@dataclass
class TurnRef:
    """A turn of a task."""

    task_id: str
    turn_id: str


@dataclass
class FinishTurn:
    """How a turn ended. ``status`` is ``done``, ``interrupted`` or ``failed``."""

    task_id: str
    turn_id: str
    status: str
    error: str = ""
    items: list[dict[str, Any]] = field(default_factory=list)
    """The SDK input items that the turn added, its own message first."""
    usage: dict[str, int] = field(default_factory=dict)
    """Tokens of the whole turn: input, cached, output, reasoning."""


@dataclass
class ToolCall:
    """A tool call as the hooks see it, before (``output`` None) or after it ran."""

    task_id: str
    turn_id: str
    agent_name: str
    tool_name: str
    tool_call_id: str
    arguments: str = ""
    output: str | None = None


@dataclass
class Handoff:
    """One agent hands the conversation to another."""

    task_id: str
    turn_id: str
    from_agent: str
    to_agent: str


@dataclass
class CreateMessage:
    """A message of an author's own. ``key`` makes its id: the same key writes the same message again."""

    task_id: str
    content: TextContent
    turn_id: str = ""
    key: str = ""
    agent_name: str = ""
