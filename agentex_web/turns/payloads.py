"""The arguments and results of workflows, signals and record activities. Standard library only."""

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
Refused = Literal["", "content", "length", "guardrail"]
"""Why the input of a failed turn was refused: its ``content`` or ``length`` by the model, or an input
``guardrail``. Empty if it was not refused.
"""


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
    """

    name: str
    result: str = ""
    failure: str = ""
    cancelled: bool = False
    again: bool = False
    """It reads the record's current state, so the next run executes it again."""
    after: int = 0


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
    """

    number: int
    message: str
    agent: str
    started: int = 0


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
            among them, under keys that are not paths.
        seen: the keys of the messages received so far.
        stops: for each turn that was stopped, the reason (empty if a person stopped it).
        withdrawn: the ids of withdrawn turns.
        taken: the ids of messages that were steered into the turn, by the path of the step that took them.
        undo: the ids of turns that were stopped with *Stop and undo*.
        paused: True if the chat is paused.
        steered: the ids of messages that should go into the running turn.
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
class TakeIn:
    """Moves a waiting message into the running turn. ``message_id`` is also the id of its own turn."""

    task_id: str
    turn_id: str
    message_id: str


@dataclass
class TurnEnded:
    """The argument of the signal TURN_ENDED: the id of a turn that has ended or was deleted."""

    turn: str


@dataclass
class TurnRef:
    """A turn of a task. ``continued`` counts how often it was continued after a cut answer."""

    task_id: str
    turn_id: str
    continued: int = 0


@dataclass
class TurnMemory:
    """What a turn passes to later turns, besides its items."""

    last_agent: str = ""
    """The name of the agent that spoke last; empty if no agent spoke."""
    context: Any = None
    """The run context as JSON values; None if the agent has none."""


@dataclass
class AgentMemory:
    """Requests the memory of one file's agents: from the turns that they answered, up to and including
    ``turn_id``.
    """

    turn_id: str
    agent: str


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
    whole_calls: list[str] = field(default_factory=list)
    """The paths of the model calls whose answers are in ``items``. Answers of other calls exist only as
    messages.
    """
    children: list[str] = field(default_factory=list)
    """The path of each child workflow. Its token usage is read from its messages."""
    tool_results_unrecorded: bool = False
    """The author's hooks replace TemporalStreamingHooks, so tool results were not recorded."""
    refused: Refused = ""
    memory: TurnMemory = field(default_factory=TurnMemory)
    continued: int = 0
    """How often the turn has been continued. A late ``finish_turn`` with an older count changes nothing."""
    cut: bool = False
    """The answer reached the length limit, and its agent can continue it."""


@dataclass
class KeepSummary:
    """A summary that replaces all turns before this one. ``path`` is where in the turn it was written."""

    task_id: str
    turn_id: str
    summary: str
    path: str


@dataclass
class TakeBack:
    """Withdraws the model's messages from a range of a turn's activities: those with
    ``start`` <= path < ``before``.
    """

    task_id: str
    turn_id: str
    start: str
    before: str
    parent_tool_call_id: str = ""
    """Set if the messages are from an agent used as a tool: the id of that tool call."""
    grown: str = ""
    """The id of the cut message that was continued in this turn; it is withdrawn, too. Empty if none."""


@dataclass
class ToolFile:
    """An image or file that a tool returned.

    Attributes:
        url: a data URL, in base64.
    """

    url: str
    name: str = ""


@dataclass
class ToolCall:
    """A tool call as the hooks see it, before (``output`` is None) or after it ran."""

    task_id: str
    turn_id: str
    agent_name: str
    tool_name: str
    tool_call_id: str
    arguments: str = ""
    output: str | None = None
    failed: bool = False
    """True if the output is the text that the SDK gives the model when a tool raised."""
    undoable: bool = False
    """True if *Stop and undo* would undo the call."""
    files: list[ToolFile] = field(default_factory=list)
    """Images and files in the output; the text in ``output`` leaves them out."""


@dataclass
class Handoff:
    """One agent hands the conversation to another."""

    task_id: str
    turn_id: str
    from_agent: str
    to_agent: str


@dataclass
class CreateMessage:
    """A message that an agent's own code writes. Its id is derived from ``key``: the same key updates the
    same message.
    """

    task_id: str
    content: TextContent
    turn_id: str = ""
    key: str = ""
    message_id: str = ""
    """The id that the message was streamed under; empty if it was not streamed."""
    agent_name: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    status: MessageStatus = "done"
    error: str = ""
    """The reason, if the status is ``failed``."""
    kind: Literal["text", "tool_request", "tool_response"] = "text"
    tool_name: str = ""
    tool_call_id: str = ""


@dataclass
class WriteSpan:
    """A span of a trace. Written when it begins, and again when it ends. Times are ISO 8601."""

    id: str
    task_id: str
    trace_id: str
    name: str
    parent_id: str = ""
    input: Any = None
    output: Any = None
    data: Any = None
    started_at: str = ""
    finished_at: str = ""


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
class UpdateMessage:
    """A new text for a message of the task."""

    task_id: str
    message_id: str
    content: str


@dataclass
class ListMessages:
    """Requests the latest messages of the branch that is shown, at most ``limit``."""

    task_id: str
    limit: int = 100


@dataclass
class StreamDelta:
    """A piece of a message that an agent's own code streams. ``offset`` is its start in UTF-16 code units; 0
    begins the message.
    """

    task_id: str
    message_id: str
    offset: int
    text: str
    author: Author = "agent"


@dataclass
class TaskState:
    """The JSON object that an agent stores with its task. ``version`` counts its changes."""

    value: dict[str, Any] = field(default_factory=dict)
    version: int = 0


@dataclass
class SetState:
    """Replaces the state. It is refused if the task's state has another version; None overwrites any."""

    task_id: str
    value: dict[str, Any]
    version: int | None = None


@dataclass
class TaskInfo:
    """A task as agents see it."""

    id: str
    title: str
    status: TaskStatus
    agent: str
    owner: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass
class CreateTask:
    """Creates a chat of the same person with another agent, given by its name."""

    agent: str
    title: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass
class SendMessage:
    """Sends a message to a chat that the running chat has created."""

    task_id: str
    content: str


@dataclass
class ChangeTask:
    """Changes a task's title or status. Empty fields stay unchanged."""

    task_id: str
    title: str = ""
    status: Literal["", "completed", "failed"] = ""
