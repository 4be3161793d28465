"""The arguments and results of the record's activities (turns/record.py). Standard library only."""

from dataclasses import dataclass, field
from typing import Any, Literal

from agentex_web.turns.contents import Author, MessageStatus, TextContent

Refused = Literal["", "content", "length", "guardrail"]
"""Why the input of a failed turn was refused: its ``content`` or ``length`` by the model, or an input
``guardrail``. Empty if it was not refused.
"""


@dataclass
class TakeIn:
    """Moves a waiting message into the running turn. ``message_id`` is also the id of its own turn."""

    task_id: str
    turn_id: str
    message_id: str


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
    cut_by: dict[str, str] = field(default_factory=dict)
    """``instructions`` and ``model`` of the agent whose answer was cut; empty for an agent of the file."""


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
class SetState:
    """Replaces the state. It is refused if the task's state has another version; None overwrites any."""

    task_id: str
    value: dict[str, Any]
    version: int | None = None


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
