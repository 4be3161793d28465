"""The Responses API's events for the tools that OpenAI runs itself, and for MCP.

Field by field as in the openai package's `openai/types/responses/*_event.py` (3.54). An item's `seconds` is
how long the pretended tool works before it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .answers import Json, Step
from .items import pieces
from .slot import Slot, new_id

# A white pixel: the smallest image that a browser shows.
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="


def web_search_call(item: Json, index: int) -> Iterator[Step]:
    """A web search; `sources` is a list of addresses."""
    slot = Slot(new_id("ws"), index)
    sources = [{"type": "url", "url": url} for url in item.get("sources", [])]
    action = {"type": "search", "query": item["query"], "queries": [item["query"]], "sources": sources}
    call = {"id": slot.item_id, "type": "web_search_call", "action": action}
    yield slot.added({**call, "status": "in_progress"})
    yield slot.event("web_search_call.in_progress")
    yield slot.event("web_search_call.searching")
    yield slot.event("web_search_call.completed", pause=item.get("seconds", 0.0))
    yield slot.done({**call, "status": item.get("status", "completed")})


def file_search_call(item: Json, index: int) -> Iterator[Step]:
    """A search in vector stores; `results` is a list of objects with file_id, filename, score and text."""
    slot = Slot(new_id("fs"), index)
    call = {"id": slot.item_id, "type": "file_search_call", "queries": item["queries"]}
    yield slot.added({**call, "status": "in_progress", "results": None})
    yield slot.event("file_search_call.in_progress")
    yield slot.event("file_search_call.searching")
    yield slot.event("file_search_call.completed", pause=item.get("seconds", 0.0))
    yield slot.done({**call, "status": item.get("status", "completed"), "results": item.get("results")})


def code_interpreter_call(item: Json, index: int) -> Iterator[Step]:
    """Python run by OpenAI; `logs` is what it prints."""
    slot = Slot(new_id("ci"), index)
    call = {"id": slot.item_id, "type": "code_interpreter_call", "container_id": new_id("cntr")}
    yield slot.added({**call, "code": "", "outputs": None, "status": "in_progress"})
    yield slot.event("code_interpreter_call.in_progress")
    for piece in pieces(item):
        yield slot.event("code_interpreter_call_code.delta", tokens=1, delta=piece)
    yield slot.event("code_interpreter_call_code.done", code=item["code"])
    yield slot.event("code_interpreter_call.interpreting")
    yield slot.event("code_interpreter_call.completed", pause=item.get("seconds", 0.0))
    outputs = [{"type": "logs", "logs": item["logs"]}] if "logs" in item else []
    status = item.get("status", "completed")
    yield slot.done({**call, "code": item["code"], "outputs": outputs, "status": status})


def image_generation_call(item: Json, index: int) -> Iterator[Step]:
    """A generated image; `result` is a base64 PNG (by default one pixel)."""
    slot = Slot(new_id("ig"), index)
    image = item.get("result", _PIXEL)
    call = {"id": slot.item_id, "type": "image_generation_call", "output_format": "png"}
    yield slot.added({**call, "status": "in_progress", "result": None})
    yield slot.event("image_generation_call.in_progress")
    yield slot.event("image_generation_call.generating")
    yield slot.event(
        "image_generation_call.partial_image",
        pause=item.get("seconds", 0.0),
        output_format="png",
        partial_image_index=0,
        partial_image_b64=item.get("partial", image),
    )
    yield slot.event("image_generation_call.completed")
    done = {**call, "status": "completed", "result": image}
    yield slot.done({**done, "revised_prompt": item.get("prompt")})


def mcp_list_tools(item: Json, index: int) -> Iterator[Step]:
    """The tools of a hosted MCP server; `tools` holds objects with name, description and input_schema."""
    slot = Slot(new_id("mcpl"), index)
    call = {"id": slot.item_id, "type": "mcp_list_tools", "server_label": item["server_label"]}
    yield slot.added({**call, "tools": []})
    yield slot.event("mcp_list_tools.in_progress")
    error = item.get("error")
    yield slot.event(f"mcp_list_tools.{'failed' if error else 'completed'}", pause=item.get("seconds", 0.0))
    tools = [{"input_schema": {"type": "object"}, **tool} for tool in item.get("tools", [])]
    yield slot.done({**call, "tools": tools, "error": error})


def mcp_call(item: Json, index: int) -> Iterator[Step]:
    """A call of a hosted MCP server's tool with its `output`, or its `error` text."""
    slot = Slot(new_id("mcp"), index)
    call = {"id": slot.item_id, "type": "mcp_call", "server_label": item["server_label"]}
    call["name"] = item["name"]
    yield slot.added({**call, "arguments": "", "status": "in_progress"})
    yield slot.event("mcp_call.in_progress")
    for piece in pieces(item):
        yield slot.event("mcp_call_arguments.delta", tokens=1, delta=piece)
    yield slot.event("mcp_call_arguments.done", arguments=item["arguments"])
    error = item.get("error")
    outcome = "failed" if error else "completed"
    yield slot.event(f"mcp_call.{outcome}", pause=item.get("seconds", 0.0))
    # The API wraps a tool's own failure in this object (openai/types/responses/mcp_tool_call_error.py).
    failure = {"type": "mcp_tool_execution_error", "content": [{"type": "text", "text": error}]}
    result = {"output": item.get("output"), "error": failure if error else None}
    yield slot.done({**call, "arguments": item["arguments"], "status": outcome, **result})


def mcp_approval_request(item: Json, index: int) -> Iterator[Step]:
    """A hosted MCP tool that waits for the caller's approval; it is only ever added and done."""
    slot = Slot(new_id("mcpr"), index)
    call = {"id": slot.item_id, "type": "mcp_approval_request", "server_label": item["server_label"]}
    call |= {"name": item["name"], "arguments": item["arguments"]}
    yield slot.added(call)
    yield slot.done(call)


EVENTS: dict[str, Callable[[Json, int], Iterator[Step]]] = {
    "web_search_call": web_search_call,
    "file_search_call": file_search_call,
    "code_interpreter_call": code_interpreter_call,
    "image_generation_call": image_generation_call,
    "mcp_list_tools": mcp_list_tools,
    "mcp_call": mcp_call,
    "mcp_approval_request": mcp_approval_request,
}
