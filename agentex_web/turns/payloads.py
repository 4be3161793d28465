"""The arguments and results of workflows, signals and record activities. Standard library only."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Author = Literal["user", "agent", "system"]
"""Who says a message: the person, the agent, or the product and its agents' authors in a note."""
AgentAuthor = Literal["agent", "system"]
"""Who may say a message that an agent's code writes."""
MessageStatus = Literal["pending", "streaming", "done", "interrupted", "failed"]
TaskStatus = Literal["open", "completed", "failed"]
Refused = Literal["", "content", "length", "guardrail"]
"""What a model refused of its input, so that the turn failed; or that an input guardrail refused it."""


class SignalName(StrEnum):
    """The signals that a task's workflow understands."""

    RECEIVE_EVENT = "receive_event"
    STOP = "stop"
    WITHDRAW = "withdraw"
    STEER = "steer"
    """A message that waits is to go into the turn that runs."""
    PAUSE = "pause"
    INTERRUPT_TURN = "interrupt_turn"
    """Of agentex-sdk; the product sends STOP."""
    TURN_ENDED = "turn_ended"
    """A turn of another task that the workflow waits for."""


@dataclass
class KeptStep:
    """How an activity or child workflow of a turn ended (turns/steps.py): one of the others is set.

    Attributes:
        name: of its type; code that changed meanwhile is noticed by it.
        result: a payload, in base64.
        failure: a failure, in base64.
        after: how many steps had been started when it ended.
    """

    name: str
    result: str = ""
    failure: str = ""
    cancelled: bool = False
    again: bool = False
    """It asks the record what is so now, and so it is run again."""
    after: int = 0


@dataclass
class TextContent:
    """A text message. ``content`` is Markdown, unless the author is ``user``."""

    author: Author
    content: str
    type: Literal["text"] = "text"


@dataclass
class DataContent:
    """JSON that is shown as a tree."""

    author: AgentAuthor
    data: Any
    type: Literal["data"] = "data"


@dataclass
class ToolRequestContent:
    """A tool call that an author's code shows: its card, with the arguments."""

    author: AgentAuthor
    tool_call_id: str
    name: str
    arguments: Any = field(default_factory=dict)
    type: Literal["tool_request"] = "tool_request"


@dataclass
class ToolResponseContent:
    """The result of such a tool call, shown in its card."""

    author: AgentAuthor
    tool_call_id: str
    name: str
    content: Any = ""
    type: Literal["tool_response"] = "tool_response"


Content = TextContent | DataContent | ToolRequestContent | ToolResponseContent
"""What a message of an author's own may hold."""


@dataclass
class AgentRef:
    """The agent of a task, as agentex-sdk names it."""

    id: str
    name: str


@dataclass
class TaskRef:
    """The task that a workflow serves. The properties are the names of agentex-sdk."""

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
        """The id: tasks have titles, which change, and no names."""
        return self.id

    @property
    def status(self) -> str:
        """Always ``RUNNING``: a workflow serves the task."""
        return "RUNNING"

    @property
    def task_metadata(self) -> dict[str, Any]:
        """Always empty."""
        return {}


@dataclass
class AttachmentRef:
    """A file of a message. Its bytes stay in the record: Temporal takes 2 MB."""

    id: str
    name: str
    content_type: str


@dataclass
class Choices:
    """How a person wants one message to be answered. What is empty is as the agent's file says.

    Attributes:
        agent: the name of the file whose agent answers; empty for the task's own.
        effort: how long the model thinks.
        without: the names of the tools that are switched off.
        instructions: what the person wants agents to know and to heed.
    """

    agent: str = ""
    model: str = ""
    effort: str = ""
    temperature: float | None = None
    without: list[str] = field(default_factory=list)
    instructions: str = ""


@dataclass
class Continuation:
    """A turn whose answer was cut at the length limit goes on (turns/continuing.py).

    Attributes:
        number: how often it has gone on, from 1.
        message: the id of the message that was cut, which grows.
        agent: the name of the agent that was speaking.
        started: how many activities and child workflows the turn had started, so that positions follow.
    """

    number: int
    message: str
    agent: str
    started: int = 0


@dataclass
class Event:
    """One message of a person. Its id is also the id of the turn that it opens."""

    id: str
    content: TextContent
    parent: str | None = None
    """The id of the turn that it follows; None for the first of the task."""
    attachments: list[AttachmentRef] = field(default_factory=list)
    choices: Choices | None = None
    """None where the person chose nothing."""
    continues: Continuation | None = None
    """Set if the turn has ended before, with a cut answer, and is to go on."""

    # Names of agentex-sdk. Not annotated, so they are no fields and not in the payload.
    task_id = ""
    agent_id = ""
    sequence_id = 0
    created_at = None


class _OfAgentexSdk:
    """Names that the parameters have in agentex-sdk."""

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
        """None: no HTTP request reaches an agent."""
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
    """What a run leaves to the next one in the middle of a turn.

    Attributes:
        events: the message of the turn that runs, then those that wait, in order.
        steps: what the turn has done, by path, in the order in which it ended; among them the ends of its
            waits, by other names.
        seen: the ids of the messages that came.
        stops: turns that are to end, and why.
        withdrawn: turns that were taken back.
        taken: the ids of the messages that went into the turn, by the path of the step that took them.
        undo: turns whose end is to undo what they did.
        paused: the chat is paused.
        steered: messages that are to go into the turn that runs.
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
    """What the run before has left, if it was continued in the middle of a turn."""


@dataclass
class StopParams:
    """The argument of the signals STOP and WITHDRAW: the id of a turn."""

    turn: str
    reason: str = ""
    """Given if the turn is to end as failed and not as interrupted: the reason, for the page."""
    undo: bool = False
    """With STOP: what the turn has done is undone, the last thing first."""


@dataclass
class PauseParams:
    """The argument of the signal PAUSE: nothing new is to start, or may start again."""

    paused: bool


@dataclass
class TakeIn:
    """A message that waits goes into the turn that runs; ``message_id`` is also the id of its own turn."""

    task_id: str
    turn_id: str
    message_id: str


@dataclass
class TurnEnded:
    """The argument of the signal TURN_ENDED: the id of a turn that has ended, or is gone."""

    turn: str


@dataclass
class TurnRef:
    """A turn of a task; ``continued`` is how often it has gone on after a cut answer."""

    task_id: str
    turn_id: str
    continued: int = 0


@dataclass
class TurnMemory:
    """What a turn leaves to the turns that follow it, besides its items."""

    last_agent: str = ""
    """The name of the agent that spoke last; empty if none did."""
    context: Any = None
    """The run context as JSON values; None if the agent has none."""


@dataclass
class AgentMemory:
    """Asks for the memory of one file's agents: of the turns up to this one that they answered."""

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
    """The paths of the model calls whose answers are in ``items``; what others said is only in messages."""
    children: list[str] = field(default_factory=list)
    """The path of each child workflow. Its usage is read from its messages."""
    tool_results_unrecorded: bool = False
    """The author's hooks replace TemporalStreamingHooks, so tool results were not recorded."""
    refused: Refused = ""
    memory: TurnMemory = field(default_factory=TurnMemory)
    continued: int = 0
    """How often the turn has gone on. The end of an earlier time comes too late and changes nothing."""
    cut: bool = False
    """The answer reached the length limit, and its agent can go on with it."""


@dataclass
class KeepSummary:
    """A summary that stands for all turns before this one. ``path`` is where in the turn it was written."""

    task_id: str
    turn_id: str
    summary: str
    path: str


@dataclass
class TakeBack:
    """Withdraws what the model said in some of a turn's activities: those whose path is at least ``start``
    and less than ``before``.
    """

    task_id: str
    turn_id: str
    start: str
    before: str
    parent_tool_call_id: str = ""
    """Set if an agent used as a tool said it: the id of that tool call."""
    grown: str = ""
    """The id of the message that went on there, where an answer had been cut; it goes, too."""


@dataclass
class ToolFile:
    """A picture or a file that a tool returned.

    Attributes:
        url: a data URL, in base64.
    """

    url: str
    name: str = ""


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
    failed: bool = False
    """The output is what the SDK gives the model when a tool raised."""
    undoable: bool = False
    """*Stop and undo* would undo it."""
    files: list[ToolFile] = field(default_factory=list)
    """Pictures and files in the output, whose text leaves them out."""


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
    message_id: str = ""
    """Set if the message was streamed before: the id that it was streamed with."""
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
    """A span of a trace, when it begins and again when it ends. Times are ISO 8601."""

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
    """The latest messages of the branch that is shown, at most ``limit``."""

    task_id: str
    limit: int = 100


@dataclass
class StreamDelta:
    """A part of a message that an author streams; ``offset`` counts UTF-16 code units, 0 begins it."""

    task_id: str
    message_id: str
    offset: int
    text: str
    author: Author = "agent"


@dataclass
class TaskState:
    """The JSON object that an agent keeps with its task; ``version`` counts its changes."""

    value: dict[str, Any] = field(default_factory=dict)
    version: int = 0


@dataclass
class SetState:
    """A new state. It is refused if the task's state has another version; None overwrites any."""

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
    """A chat with another agent, by its name, for the same person."""

    agent: str
    title: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass
class SendMessage:
    """A message to a chat that the running one has made."""

    task_id: str
    content: str


@dataclass
class ChangeTask:
    """A new title or status for a task; what is empty stays as it is."""

    task_id: str
    title: str = ""
    status: Literal["", "completed", "failed"] = ""
