"""Converts scripts' output items from their short form to the form that the demo model's renderers take."""

from __future__ import annotations

import json

from agentex_web.demo_model.answers import Json, text, thought
from agentex_web.demo_model.item_events import KINDS, WORKING

# Kind of item -> required fields.
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

# Kinds that the demo model does not use.
KINDS["custom_tool_call"] = ("ctc", {"input": ""})
KINDS["file_search_call"] = ("fs", {"results": None})
KINDS["mcp_list_tools"] = ("mcpl", {"tools": []})
KINDS["mcp_call"] = ("mcp", {"arguments": "", "output": None, "error": None})
KINDS["mcp_approval_request"] = ("mcpr", {})
WORKING.update(file_search_call="searching", mcp_call="", mcp_list_tools="")

# A white pixel, the smallest image that a browser shows.
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="


def whole(short: Json) -> Json:
    """The item in the form of the Responses API.

    Raises:
        ValueError: the kind is unknown or a field is missing.
    """
    kind = short.get("type")
    if kind not in REQUIRED:
        raise ValueError(f"Unknown output type {kind!r}; use one of: {', '.join(REQUIRED)}.")
    if missing := [name for name in REQUIRED[kind] if name not in short]:
        raise ValueError(f"An output of type {kind!r} needs {', '.join(missing)}.")
    guides = {
        "_chunks": short.get("chunks"),
        "_seconds": short.get("seconds"),
        "_partial": short.get("partial"),
    }
    given = {name: value for name, value in guides.items() if value is not None}
    if kind in ("text", "refusal"):
        return _message(short, given)
    if kind == "reasoning":
        return _reasoning(short)
    rest = {name: value for name, value in short.items() if name not in ("chunks", "seconds", "partial")}
    return {**_fields(rest), **given}


def _message(short: Json, given: Json) -> Json:
    if short["type"] == "refusal":
        return {**text(""), "content": [{"type": "refusal", "refusal": short["refusal"], **given}]}
    words = short["text"] or "".join(short.get("chunks") or [])
    span = {"type": "url_citation", "start_index": 0, "end_index": len(words), "title": ""}
    item = text(words, *({**span, **citation} for citation in short.get("citations", [])))
    item["content"][0] |= given
    return item


def _reasoning(short: Json) -> Json:
    summary = short.get("summary", [])
    item = thought(*([summary] if isinstance(summary, str) else summary))
    if raw := short.get("raw"):
        item["content"] = [{"type": "reasoning_text", "text": raw}]
    if encrypted := short.get("encrypted_content"):
        item["encrypted_content"] = encrypted
    return item


def _fields(short: Json) -> Json:
    """The fields of a call in the API's format."""
    kind = short["type"]
    if kind in ("function_call", "mcp_call", "mcp_approval_request"):
        arguments = short.get("arguments", {})
        short["arguments"] = arguments if isinstance(arguments, str) else json.dumps(arguments)
    if kind == "web_search_call":
        query, sources = short.pop("query"), short.pop("sources", [])
        found = [{"type": "url", "url": url} for url in sources]
        short["action"] = {"type": "search", "query": query, "queries": [query], "sources": found}
    if kind == "code_interpreter_call":
        logs = [{"type": "logs", "logs": short.pop("logs")}] if "logs" in short else []
        short |= {"container_id": "cntr_test", "outputs": logs}
    if kind == "image_generation_call":
        prompt = short.pop("prompt", None)
        short = {"result": _PIXEL, "output_format": "png", "revised_prompt": prompt, **short}
    if kind == "mcp_list_tools":
        tools = [{"input_schema": {"type": "object"}, **tool} for tool in short.get("tools", [])]
        short |= {"tools": tools, "error": short.get("error")}
    if kind == "mcp_call" and (error := short.get("error")):
        # The API wraps a tool's failure in this object (openai/types/responses/mcp_tool_call_error.py).
        content = [{"type": "text", "text": error}]
        short["error"] = {"type": "mcp_tool_execution_error", "content": content}
        short["status"] = "failed"
    return short
