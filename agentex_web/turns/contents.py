"""The contents of messages, and messages as agents see them. Standard library only."""

from dataclasses import dataclass, field
from typing import Any, Literal

Author = Literal["user", "agent", "system"]
"""Who wrote a message: the person (``user``), the agent, or ``system`` for notes by the product or by an
agent's code.
"""
AgentAuthor = Literal["agent", "system"]
"""The possible authors of a message that an agent's code writes."""
MessageStatus = Literal["pending", "streaming", "done", "interrupted", "failed"]


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
class TaskMessage:
    """A message as agents see it. ``kind`` is one of tasks.Message.Kind, such as ``text`` or
    ``tool_request``.
    """

    id: str
    turn_id: str
    content: TextContent
    kind: str = "text"
    status: MessageStatus = "done"
