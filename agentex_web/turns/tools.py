"""Tool calls: which are open, which activity answers one, and what one returned as a person reads it.

The SDK calls a tool between the hooks ``on_tool_start`` and ``on_tool_end`` (turns/hooks.py), which note it
here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class OpenCall:
    """A tool call that the hooks have shown as running."""

    tool_call_id: str
    tool_name: str
    arguments: str
    answered: bool = False
    """An activity has been started that answers it."""


@dataclass
class ToolCalls:
    """The tool calls of a turn that the hooks have reported."""

    open: list[OpenCall] = field(default_factory=list)

    def begin(self, tool_call_id: str, tool_name: str, arguments: str) -> None:
        """A tool is called; ``arguments`` is JSON, as the model wrote it."""
        self.open.append(OpenCall(tool_call_id, tool_name, arguments))

    def answered_by(self, activity: str, arguments: Sequence[Any]) -> str:
        """The id of the call that an activity of this name and with these arguments answers; empty if none.

        ``activity_as_tool`` of temporalio 1.35 does not say which call its activity answers. Of several calls
        of one tool the arguments decide, else their order.
        """
        fitting = [each for each in self.open if each.tool_name == activity and not each.answered]
        alike = [each for each in fitting if _values(each.arguments) == list(arguments)] or fitting
        if not alike:
            return ""
        alike[0].answered = True
        return alike[0].tool_call_id


def _values(arguments: str) -> list[Any]:
    try:
        return list(json.loads(arguments).values())
    except (ValueError, AttributeError):
        return []


def text_of(result: object) -> str:
    """The texts of content parts (MCP servers return those), else the result as the model is given it."""
    parts = result if isinstance(result, list) and result else [result]
    texts = [_text(part) for part in parts]
    return "\n\n".join(text for text in texts if text is not None) if None not in texts else str(result)


_FAILED = ("An error occurred while running the tool.", "An error occurred while parsing tool arguments.")
"""How openai-agents 0.22 begins what the model is given when a tool raised."""


def is_failure(text: str) -> bool:
    """True if the text is what the SDK gives the model when a tool raised."""
    return text.startswith(_FAILED)


def _text(part: Any) -> str | None:
    kind = part.get("type") if isinstance(part, dict) else getattr(part, "type", None)
    match kind:
        case "text":
            return str(part["text"] if isinstance(part, dict) else part.text)
        case "image" | "file":
            # openai-agents 0.22: ToolOutputImage, ToolOutputFileContent.
            return f"({kind})"
        case _:
            return None
