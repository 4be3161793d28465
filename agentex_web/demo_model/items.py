"""Output items in the short form: which kinds there are, their streamed text, and cutting them short."""

from __future__ import annotations

import json
from typing import cast

from . import tokens
from .answers import Json

# Kind of item -> the fields that must be there.
REQUIRED: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "refusal": ("refusal",),
    "reasoning": (),
    "function_call": ("name",),
    "custom_tool_call": ("name", "input"),
    "web_search_call": ("query",),
    "file_search_call": ("queries",),
    "code_interpreter_call": ("code",),
    "image_generation_call": (),
    "mcp_list_tools": ("server_label",),
    "mcp_call": ("server_label", "name"),
    "mcp_approval_request": ("server_label", "name"),
}

# Kind of item -> the field that reaches the client in deltas.
_STREAMED: dict[str, str] = {
    "text": "text",
    "refusal": "refusal",
    "function_call": "arguments",
    "custom_tool_call": "input",
    "code_interpreter_call": "code",
    "mcp_call": "arguments",
}


def normalised(item: Json) -> Json:
    """A checked copy of `item` with `arguments` as a JSON string and `summary` as a list.

    Raises:
        ValueError: the kind is unknown or a field is missing.
    """
    kind = item.get("type")
    if kind not in REQUIRED:
        raise ValueError(f"Unknown output type {kind!r}; use one of: {', '.join(REQUIRED)}.")
    missing = [name for name in REQUIRED[kind] if name not in item]
    if missing:
        raise ValueError(f"An output of type {kind!r} needs {', '.join(missing)}.")
    copy = dict(item)
    if "chunks" in copy:
        copy[_STREAMED.get(kind, "text")] = "".join(copy["chunks"])
    if kind in ("function_call", "mcp_call", "mcp_approval_request"):
        arguments = copy.get("arguments", {})
        copy["arguments"] = arguments if isinstance(arguments, str) else json.dumps(arguments)
    if kind == "reasoning":
        summary = copy.get("summary", [])
        copy["summary"] = [summary] if isinstance(summary, str) else list(summary)
    return copy


def pieces(item: Json) -> list[str]:
    """The deltas of the item's streamed field, one per token; `chunks` fixes them exactly."""
    if "chunks" in item:
        return cast(list[str], item["chunks"])
    name = _STREAMED.get(item["type"])
    return tokens.split(item[name]) if name else []


def truncated(output: list[Json], limit: int) -> list[Json]:
    """The part of `output` that fits in `limit` tokens; the last item is marked `incomplete`."""
    kept: list[Json] = []
    left = limit
    for item in output:
        if left <= 0:
            break
        part, used = _reasoning_part(item, left) if item["type"] == "reasoning" else _part(item, left)
        kept.append(part)
        left -= used
    if kept:
        kept[-1] = {**kept[-1], "status": "incomplete"}
    return kept


def _part(item: Json, left: int) -> tuple[Json, int]:
    chunks = pieces(item)
    if len(chunks) <= left:
        return item, len(chunks)
    kept = chunks[:left]
    part = {**item, "chunks": kept, _STREAMED[item["type"]]: "".join(kept)}
    length = len("".join(kept))
    part["citations"] = [c for c in item.get("citations", []) if c.get("end_index", length + 1) <= length]
    return part, left


def _reasoning_part(item: Json, left: int) -> tuple[Json, int]:
    used = 0
    summary: list[str] = []
    for text in item["summary"]:
        chunks = tokens.split(text)[: left - used]
        used += len(chunks)
        if chunks:
            summary.append("".join(chunks))
    raw = tokens.split(item.get("raw", ""))[: left - used]
    return {**item, "summary": summary, "raw": "".join(raw)}, used + len(raw)


def length(output: list[Json]) -> int:
    """Output tokens of all of `output`."""
    total = 0
    for item in output:
        if item["type"] == "reasoning":
            texts = [*item["summary"], item.get("raw", "")]
            total += sum(len(tokens.split(text)) for text in texts)
        else:
            total += len(pieces(item))
    return total
