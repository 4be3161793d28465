"""Messages, tool calls and streamed text, as the in-memory record keeps them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from agentex_web.positions import OPENING
from agentex_web.turns.contents import Author, MessageStatus

Json = dict[str, Any]
Kind = Literal[
    "text", "reasoning", "tool_request", "tool_response", "handoff", "approval", "form", "wait", "error"
]


@dataclass
class KeptMessage:
    """A message as a page shows it.

    Attributes:
        position: orders the messages of a turn (agentex_web/positions.py).
        content: Markdown, or a tool call's arguments as JSON.
        tool_call_id: the id of the call, for a tool's request and its response.
        parent_tool_call_id: set if an agent used as a tool wrote the message: the id of that tool call.
        error: why the message failed.
        attempt: the attempt of the model or tool call, from 1.
        call: the id of the model call that wrote the message; empty if no model did.
        usage: the tokens of that call, set on the call's last message.
    """

    id: str
    turn_id: str
    position: str
    author: Author
    kind: Kind
    status: MessageStatus
    content: str = ""
    agent_name: str = ""
    tool_name: str = ""
    tool_call_id: str = ""
    parent_tool_call_id: str = ""
    error: str = ""
    attempt: int = 1
    call: str = ""
    data: Json = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)

    @property
    def opens_turn(self) -> bool:
        """True for the person's message."""
        return self.position == OPENING


@dataclass(frozen=True)
class ToolUse:
    """A tool call and its result.

    Attributes:
        arguments: as the model wrote them: JSON for a function tool, any text for a custom tool.
        output: the output that the model got; None without one.
        status: the status of the request; ``failed`` also if the response has failed.
    """

    name: str
    arguments: str
    output: str | None
    status: MessageStatus
    tool_call_id: str
    agent_name: str
    attempt: int


@dataclass(frozen=True)
class Streamed:
    """A piece of a message, as it would have reached the page."""

    message_id: str
    turn_id: str
    text: str
