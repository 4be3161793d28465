"""How much a tool may be given and may return: each later model call sends both, and the chat shows them."""

from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from agentex_web.turns.plain_values import is_plain

MOST_CHARACTERS = 1_000_000
"""For the arguments and for the result of one call; about a quarter of a million tokens."""
LARGEST_DATA = 40_000_000
"""For a result that is not text, such as a picture; in characters of JSON."""


def bounded(output: Any) -> Any:
    """Returns a tool's output; if it is too long, its beginning, with a note for the model and for people."""
    if isinstance(output, str):
        return _cut(output)
    if isinstance(output, dict) and output.get("type") == "text" and isinstance(output.get("text"), str):
        return {**output, "text": _cut(output["text"])}
    if isinstance(output, list) and any(isinstance(each, dict) and "type" in each for each in output):
        # Content parts, as MCP servers return them.
        return [bounded(each) for each in output]
    if is_plain(output):
        written = _json(output)
        return _cut(written.decode()) if len(written) > MOST_CHARACTERS else output
    written = _json(output)
    if len(written) > LARGEST_DATA:
        return f"(This result is left out: it has {len(written):,} bytes; the limit is {LARGEST_DATA:,}.)"
    return output


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


def too_long(arguments: str) -> str:
    """Why a call with these arguments is not run; empty if they are short enough."""
    if len(arguments) <= MOST_CHARACTERS:
        return ""
    return (
        f"It was not run: its arguments have {len(arguments):,} characters; the limit is {MOST_CHARACTERS:,}."
    )


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    note = f"(Only the first {MOST_CHARACTERS:,} of {len(text):,} characters are here.)"
    return f"{note}\n\n{text[:MOST_CHARACTERS]}"
