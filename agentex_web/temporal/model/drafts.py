"""From the events of a model's stream to the messages that a person sees: one for each output item.

The events are those of the OpenAI Responses API; the SDK gives the same for Chat Completions.
https://platform.openai.com/docs/api-reference/responses-streaming
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from agentex_web.tasks.models import Message

Kind = Message.Kind

_KINDS = {"message": Kind.TEXT, "reasoning": Kind.REASONING}

_TEXT_DELTAS = {
    "response.output_text.delta",
    "response.refusal.delta",
    "response.reasoning_text.delta",
    "response.reasoning_summary_text.delta",
    "response.function_call_arguments.delta",
    "response.custom_tool_call_input.delta",
    "response.mcp_call_arguments.delta",
    "response.code_interpreter_call_code.delta",
}
_PARTS = {"response.content_part.added", "response.reasoning_summary_part.added"}
PART_BREAK = "\n\n"
"""Between the parts of one item: several summaries, or text and then a refusal."""


@dataclass
class Draft:
    """One output item on its way to becoming a message."""

    index: int
    kind: Message.Kind
    tool_name: str = ""
    tool_call_id: str = ""
    text: str = ""
    parts: int = 0
    refused: bool = False
    complete: bool = False
    started_at: datetime = field(default_factory=timezone.now)
    finished_at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)


def opened_by(item: Any, index: int) -> Draft:
    """The draft for an item that was just added."""
    kind = _KINDS.get(item.type, Kind.TOOL_REQUEST)
    draft = Draft(index, kind)
    if kind == Kind.TOOL_REQUEST:
        # Hosted tools have no name of their own: web_search_call, code_interpreter_call …
        draft.tool_name = getattr(item, "name", None) or item.type.removesuffix("_call")
        draft.tool_call_id = getattr(item, "call_id", None) or getattr(item, "id", None) or str(index)
        if item.type not in ("function_call", "custom_tool_call"):
            draft.data["hosted"] = item.type
    return draft


def delta_of(event: Any, draft: Draft) -> str:
    """The text that an event adds to a draft; empty for events that add none."""
    if event.type in _PARTS:
        draft.parts += 1
        return PART_BREAK if draft.parts > 1 and draft.text else ""
    if event.type == "response.refusal.delta":
        draft.refused = True
    return event.delta if event.type in _TEXT_DELTAS else ""


def complete(draft: Draft, item: Any) -> str:
    """Ends a draft with its final item; returns text that was never streamed as deltas."""
    draft.complete = True
    draft.finished_at = timezone.now()
    whole = text_of(item)
    if draft.kind == Kind.TOOL_REQUEST:
        # Hosted tools say what they do only now.
        draft.data.update(_details(item))
    if whole.startswith(draft.text):
        return whole[len(draft.text) :]
    return ""


def text_of(item: Any) -> str:
    """What an output item says, as one text: its words, its arguments, its code or its query."""
    match item.type:
        case "message":
            return PART_BREAK.join(
                part.text if part.type == "output_text" else part.refusal for part in item.content
            )
        case "reasoning":
            return PART_BREAK.join(part.text for part in [*item.summary, *(item.content or [])])
        case "function_call" | "mcp_call":
            return str(item.arguments)
        case "custom_tool_call":
            return str(item.input)
        case "code_interpreter_call":
            return item.code or ""
        case "web_search_call":
            action = getattr(item, "action", None)
            return getattr(action, "query", None) or getattr(action, "url", None) or ""
        case "file_search_call":
            return "\n".join(item.queries)
        case _:
            return ""


def _details(item: Any) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if status := getattr(item, "status", None):
        details["status"] = status
    match item.type:
        case "mcp_call":
            details |= {"label": item.server_label, "output": item.output, "error": item.error}
        case "mcp_list_tools":
            details |= {"label": item.server_label, "tools": [tool.name for tool in item.tools]}
        case "code_interpreter_call":
            details["output"] = "\n".join(
                output.logs for output in item.outputs or [] if output.type == "logs"
            )
        case "file_search_call":
            details["files"] = [result.filename for result in item.results or [] if result.filename]
        case _:
            pass
    return {name: value for name, value in details.items() if value}
