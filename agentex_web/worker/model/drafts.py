"""Turns the events of a model's stream into the messages that a person sees, one for each output item.

The events are those of the OpenAI Responses API; the SDK emits the same events for Chat Completions.
https://platform.openai.com/docs/api-reference/responses-streaming
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from agentex_web.call_items import arguments_of, is_own_call
from agentex_web.names import NAME_LENGTH
from agentex_web.tasks.models import Message
from agentex_web.tasks.models.fields import storable
from agentex_web.utf16 import repaired, repaired_delta
from agentex_web.worker.model import hosted
from agentex_web.worker.model.citations import citations_of

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
"""Separator between the parts of one item: several summaries, or a text and a refusal."""


@dataclass
class Draft:
    """One output item on its way to becoming a message."""

    index: int
    kind: Message.Kind
    tool_name: str = ""
    tool_call_id: str = ""
    text: str = ""
    half: str = ""
    """Half of a surrogate pair at the end of the last delta, which waits for its other half."""
    parts: int = 0
    refused: bool = False
    complete: bool = False
    started_at: datetime = field(default_factory=timezone.now)
    finished_at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)
    is_unnamed: bool = False
    """True for a hosted tool without a call id. Its message's id is derived from its index in the answer."""
    message_id: uuid.UUID | None = None
    """Id of its message, set by `Call.message_id`."""

    @property
    def hosted(self) -> bool:
        """True if the item is a tool that the model's provider runs."""
        return "hosted" in self.data


def opened_by(item: Any, index: int) -> Draft:
    """Creates the draft for an item that was just added."""
    kind = _KINDS.get(item.type, Kind.TOOL_REQUEST)
    draft = Draft(index, kind)
    if kind == Kind.TOOL_REQUEST:
        # Hosted tools have no name of their own; their type serves: web_search_call, code_interpreter_call …
        name = getattr(item, "name", None) or item.type.removesuffix("_call")
        # A model can call a tool that no agent has, by any name.
        draft.tool_name = storable(name)[:NAME_LENGTH]
        call_id = getattr(item, "call_id", None)
        draft.is_unnamed = not call_id
        draft.tool_call_id = call_id or getattr(item, "id", None) or str(index)
        if not is_own_call(item):
            draft.data = hosted.opening(item)
    return draft


def delta_of(event: Any, draft: Draft) -> str:
    """The text that an event adds to a draft; empty for events that add none."""
    if event.type in _PARTS:
        draft.parts += 1
        return PART_BREAK if draft.parts > 1 and draft.text else ""
    if event.type not in _TEXT_DELTAS:
        return ""
    text, draft.half = repaired_delta(draft.half, event.delta)
    return text


def complete(draft: Draft, item: Any) -> str:
    """Ends a draft with its final item; returns text that was never streamed as deltas."""
    draft.complete = True
    draft.finished_at = timezone.now()
    if draft.hosted:
        # Hosted tools report what they did only at the end.
        draft.data |= hosted.details(item)
    elif draft.kind == Kind.TOOL_REQUEST:
        draft.data["status"] = getattr(item, "status", None) or "completed"
    elif draft.kind == Kind.TEXT:
        draft.refused = any(getattr(part, "type", "") == "refusal" for part in item.content or [])
        if citations := citations_of(item):
            draft.data["citations"] = citations
    draft.half = ""
    streamed, final = draft.text, repaired(text_of(item))
    if final.startswith(streamed):
        return final[len(streamed) :]
    # The model will be given the final item as its own words, so the record stores the same text.
    draft.text = final or streamed
    return ""


def text_of(item: Any) -> str:
    """The text of an output item: its message, arguments, code or query."""
    match item.type:
        case "message":
            return PART_BREAK.join(_texts(item.content))
        case "reasoning":
            return PART_BREAK.join([*_texts(item.summary), *_texts(item.content)])
        case "function_call" | "mcp_call" | "mcp_approval_request" | "custom_tool_call":
            return arguments_of(item)
        case "shell_call" | "apply_patch_call" if is_own_call(item):
            return arguments_of(item)
        case "code_interpreter_call":
            return item.code or ""
        case "image_generation_call":
            return getattr(item, "revised_prompt", None) or ""
        case "web_search_call":
            action = getattr(item, "action", None)
            return getattr(action, "query", None) or getattr(action, "url", None) or ""
        case "file_search_call":
            return "\n".join(each for each in item.queries or [] if isinstance(each, str))
        case _:
            return ""


def _texts(parts: Any) -> list[str]:
    """The texts of an item's parts, of which any may be odd (turns/odd_parts.py)."""
    if isinstance(parts, str):
        return [parts]
    found = [getattr(each, "refusal", None) or getattr(each, "text", None) for each in parts or []]
    return [each for each in found if each and isinstance(each, str)]
