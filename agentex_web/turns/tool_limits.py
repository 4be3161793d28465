"""How much a tool may be given and may return: each later model call sends both, and the chat shows them."""

import inspect
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from agentex_web.turns.plain_values import is_plain

MOST_CHARACTERS = 1_000_000
"""For the arguments and for the result of one call; about a quarter of a million tokens."""
LARGEST_DATA = 40_000_000
"""For a result that is not text, such as a picture; in bytes of JSON."""
_CONTENTS = ("image_url", "file_id", "file_data", "file_url")
"""The fields of a picture or file, one of which it has."""


def bounded(output: Any) -> Any:
    """Returns a tool's output; if it is too long, its beginning, with a note for the model and for people."""
    if isinstance(output, str):
        return _cut(output)
    if _is_part(output):
        return _bounded_parts([output])[0]
    if isinstance(output, list) and output and all(map(_is_part, output)):
        return _bounded_parts(output)
    if is_plain(output):
        written = _json(output)
        return _cut(written.decode()) if len(written) > MOST_CHARACTERS else output
    written = _json(output)
    return _left_out(len(written)) if len(written) > LARGEST_DATA else output


def _is_part(value: Any) -> bool:
    """True for a text, a picture or a file as MCP servers return them (``ToolOutputTextDict`` and others)."""
    if not isinstance(value, dict):
        return False
    match value.get("type"):
        case "text":
            return isinstance(value.get("text"), str)
        case "image" | "file":
            return any(isinstance(value.get(name), str) for name in _CONTENTS)
        case _:
            return False


def _bounded_parts(parts: list[Any]) -> list[Any]:
    left, bounded_parts = MOST_CHARACTERS, []
    for part in parts:
        if part["type"] == "text":
            text = _cut(part["text"], left)
            left = max(left - len(part["text"]), 0)
            bounded_parts.append({**part, "text": text})
        elif (size := len(_json(part))) > LARGEST_DATA:
            bounded_parts.append({"type": "text", "text": _left_out(size)})
        else:
            bounded_parts.append(part)
    return bounded_parts


def _left_out(size: int) -> str:
    return f"(This result was left out: it is {size:,} bytes; the limit is {LARGEST_DATA:,}.)"


def _json(output: Any) -> bytes:
    try:
        return to_json(output, fallback=str)
    except (PydanticSerializationError, ValueError, RecursionError):
        # Such as bytes that are no text, half a surrogate pair, or an object that contains itself. The model
        # gets its text (tool_values.py).
        return _text(output).encode(errors="replace")


def _text(output: Any) -> str:
    try:
        return str(output)
    except Exception:  # noqa: BLE001  (an author's __str__ may raise anything)
        return ""


def unfinished(output: Any) -> str:
    """What to write if a tool returned a coroutine or a generator, which is no result; else empty."""
    if inspect.iscoroutine(output):
        name = output.__name__
        output.close()
        return f"Error: it returned {name}() without its result. Write: await {name}(…), in an async def."
    if inspect.isgenerator(output) or inspect.isasyncgen(output):
        return "Error: it yields its results. Return them, such as: return list(…)."
    return ""


def too_long(arguments: str) -> str:
    """Why a call with these arguments is not run; empty if they are short enough."""
    if len(arguments) <= MOST_CHARACTERS:
        return ""
    return (
        f"It was not run: its arguments have {len(arguments):,} characters; the limit is {MOST_CHARACTERS:,}."
    )


def _cut(text: str, most: int | None = None) -> str:
    most = MOST_CHARACTERS if most is None else most
    if len(text) <= most:
        return text
    return f"(Only the first {most:,} of {len(text):,} characters are here.)\n\n{text[:most]}"
