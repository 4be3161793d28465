"""A conversation as plain text, for a model that summarises it."""

from typing import Any

from agentex_web.call_items import arguments_of, is_own_call
from agentex_web.turns.turn_items import Item

TEXT_LENGTH, RESULT_LENGTH = 20_000, 2_000
"""The maximum number of characters of a message, and of a tool's result."""


def transcript(items: list[Item]) -> str:
    """A conversation as plain text. Reasoning is left out. Files appear as “(a file)”: their names are not
    known here.
    """
    return "\n\n".join(filter(None, map(_line, items)))


def _line(item: Any) -> str:
    kind = item.get("type", "message")
    if item.get("role") in ("user", "assistant", "system", "developer"):
        return f"{item['role']}: {_text(item.get('content'))[:TEXT_LENGTH]}"
    if is_own_call(item):
        name = item.get("name") or str(kind).removesuffix("_call")
        return f"tool call {name}: {arguments_of(item)[:RESULT_LENGTH]}"
    if str(kind).endswith("_output"):
        return f"tool result: {_text(item.get('output'))[:RESULT_LENGTH]}"
    return ""


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [
        part.get("text") or part.get("refusal") or "(a file)" for part in parts if isinstance(part, dict)
    ]
    return "\n".join("(a file)" if text.startswith("attachment:") else text for text in texts)
