"""The arguments of a task's workflow and its signals, and what agents see of the record.

Standard library only.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Author = Literal["user", "agent", "system"]
"""Who wrote a message: the person (``user``), the agent, or ``system`` for notes by the product or by an
agent's code.
"""
AgentAuthor = Literal["agent", "system"]
"""The possible authors of a message that an agent's code writes."""
MessageStatus = Literal["pending", "streaming", "done", "interrupted", "failed"]
TaskStatus = Literal["open", "completed", "failed"]


class SignalName(StrEnum):
    """The signals that a task's workflow understands."""

    RECEIVE_EVENT = "receive_event"
    STOP = "stop"
    WITHDRAW = "withdraw"
    STEER = "steer"
    """Put a waiting message into the running turn."""
    PAUSE = "pause"
    INTERRUPT_TURN = "interrupt_turn"
    """The name that agentex-sdk uses. The product itself sends STOP."""
    TURN_ENDED = "turn_ended"
    """A turn of another task, which this workflow waits for, has ended."""


@dataclass
class KeptStep:
    """How an activity or child workflow of a turn ended (turns/steps.py).

    Exactly one of ``result``, ``failure``, ``cancelled`` and ``again`` is set.

    Attributes:
        name: the activity or workflow type. If the next run has another type here, the code has changed.
        result: a payload, in base64.
        failure: a failure, in base64.
        after: how many steps had been started when it ended.
        at: when it ended, in seconds since 1970; 0 if it was stored by an older version.
    """

    name: str
    result: str = ""
    failure: str = ""
    cancelled: bool = False
    again: bool = False
    """It reads the record's current state, so the next run executes it again."""
    after: int = 0
    at: float = 0.0


@dataclass
class TextContent:
    """A text message. ``content`` is Markdown, unless the author is ``user``."""

    author: Author
    content: str
    type: Literal["text"] = "text"


@dataclass
class DataContent:
    """JSON, shown as a tree."""

    author: AgentAuthor
    data: Any
    type: Literal["data"] = "data"


@dataclass
class ToolRequestContent:
    """A tool call that an agent's own code shows as a card, with its arguments."""

    author: AgentAuthor
    tool_call_id: str
    name: str
    arguments: Any = field(default_factory=dict)
    type: Literal["tool_request"] = "tool_request"


@dataclass
class ToolResponseContent:
    """The result of a ``ToolRequestContent``, shown in the same card."""

    author: AgentAuthor
    tool_call_id: str
    name: str
    content: Any = ""
    type: Literal["tool_response"] = "tool_response"


Content = TextContent | DataContent | ToolRequestContent | ToolResponseContent
"""The content types of messages that an agent's own code writes."""


@dataclass
class AgentRef:
    """The agent of a task, as agentex-sdk names it."""

    id: str
    name: str


@dataclass
class TaskRef:
    """The task that a workflow serves. The properties are aliases with the names that agentex-sdk uses."""

    id: str
    agent: str = ""
    owner: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters."""
        return self.parameters

    @property
    def name(self) -> str:
        """The id. Tasks have no names, only titles, which can change."""
        return self.id

    @property
    def status(self) -> str:
        """Always ``RUNNING``, because a workflow is serving the task."""
        return "RUNNING"

    @property
    def task_metadata(self) -> dict[str, Any]:
        """Always empty."""
        return {}


@dataclass
class AttachmentRef:
    """A file attached to a message. Its bytes stay in the record: Temporal limits payloads to 2 MB."""

    id: str
    name: str
    content_type: str


@dataclass
class Choices:
    """A person's choices for the answer to one message. For an empty field, the agent's file decides.

    Attributes:
        agent: the name of the file whose agent answers; empty for the task's own agent.
        effort: how long the model thinks.
        without: the names of the tools that the person switched off.
        instructions: the person's custom instructions for all agents.
    """

    agent: str = ""
    model: str = ""
    effort: str = ""
    temperature: float | None = None
    without: list[str] = field(default_factory=list)
    instructions: str = ""


@dataclass
class Continuation:
    """Continues a turn whose answer was cut at the length limit (turns/continuing.py).

    Attributes:
        number: how often the turn has been continued, counting this time, from 1.
        message: the id of the message that was cut; the new text is appended to it.
        agent: the name of the agent that was speaking.
        started: how many activities and child workflows the turn has already started. New paths are numbered
            after them.
        instructions: the instructions of an agent that is not in the agent's file, because the turn's code
            created it; None for an agent of the file.
        model: the model of such an agent; empty for the default.
    """

    number: int
    message: str
    agent: str
    started: int = 0
    instructions: str | None = None
    model: str = ""


@dataclass
class Event:
    """One message from a person. Its id is also the id of the turn that it opens."""

    id: str
    content: TextContent
    parent: str | None = None
    """The id of the turn before it; None for the task's first turn."""
    attachments: list[AttachmentRef] = field(default_factory=list)
    choices: Choices | None = None
    """None if the person chose nothing."""
    continues: Continuation | None = None
    """Set if the turn ended with a cut answer and is now to be continued."""

    # Attributes that agentex-sdk has. Without annotations they are not dataclass fields, so they stay out of
    # the payload.
    task_id = ""
    agent_id = ""
    sequence_id = 0
    created_at = None


class _OfAgentexSdk:
    """Attributes that agentex-sdk's parameter classes have."""

    task: TaskRef

    @property
    def agent(self) -> AgentRef:
        """The agent of the task."""
        return AgentRef(self.task.agent, self.task.agent)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the task."""
        return self.task.parameters

    @property
    def request(self) -> None:
        """Always None: agents never receive an HTTP request."""
        return None


@dataclass
class SendEventParams(_OfAgentexSdk):
    """The argument of the signal RECEIVE_EVENT."""

    task: TaskRef
    event: Event

    def __post_init__(self) -> None:
        self.event.task_id, self.event.agent_id = self.task.id, self.task.agent


@dataclass
class Resumption:
    """What a workflow run passes to the next run when it continues as new in the middle of a turn.

    Attributes:
        events: the message of the running turn, then the waiting messages in order.
        steps: the turn's ended steps by path, in the order in which they ended. The ends of its waits are
            among them, and its timers that have fired, under keys that are not paths.
        seen: the keys of the messages received so far.
        stops: for each turn that was stopped, the reason (empty if a person stopped it).
        withdrawn: the ids of withdrawn turns.
        taken: the ids of messages that were steered into the turn, by the path of the step that took them.
        undo: the ids of turns that were stopped with *Stop and undo*.
        paused: True if the chat is paused.
        steered: the ids of messages that should go into the running turn.
        timers: the running timers of the turn (turns/timers.py), and when each is due, in seconds since 1970.
        began: when the turn began, in seconds since 1970.
    """

    events: list[SendEventParams]
    steps: dict[str, KeptStep]
    seen: list[str] = field(default_factory=list)
    stops: dict[str, str] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    undo: list[str] = field(default_factory=list)
    paused: bool = False
    steered: list[str] = field(default_factory=list)
    timers: dict[str, float] = field(default_factory=dict)
    began: float = 0.0


@dataclass
class TaskParams(_OfAgentexSdk):
    """The argument of a task's workflow."""

    task: TaskRef
    idle_seconds: float = 3600.0
    """Seconds without a message after which the workflow ends; the next message starts a new run."""
    resumed: Resumption | None = None
    """Set if the previous run continued as new in the middle of a turn."""


@dataclass
class StopParams:
    """The argument of the signals STOP and WITHDRAW: the id of a turn."""

    turn: str
    reason: str = ""
    """If set, the turn ends as failed with this reason, which the page shows. If empty, it ends as
    interrupted.
    """
    undo: bool = False
    """With STOP: undo what the turn has done, most recent first."""


@dataclass
class PauseParams:
    """The argument of the signal PAUSE. While a chat is paused, no model or tool call starts."""

    paused: bool


@dataclass
class TurnEnded:
    """The argument of the signal TURN_ENDED: the id of a turn that has ended or was deleted."""

    turn: str


@dataclass
class TaskMessage:
    """A message as agents see it. ``kind`` is one of tasks.Message.Kind, such as ``text`` or
    ``tool_request``.
    """

    id: str
    turn_id: str
    content: TextContent
    kind: str = "text"
    status: MessageStatus = "done"


@dataclass
class TaskState:
    """The JSON object that an agent stores with its task. ``version`` counts its changes."""

    value: dict[str, Any] = field(default_factory=dict)
    version: int = 0


@dataclass
class TaskInfo:
    """A task as agents see it."""

    id: str
    title: str
    status: TaskStatus
    agent: str
    owner: str
    parameters: dict[str, Any] = field(default_factory=dict)
