"""The Responses API's events for calls of the caller's own tools.

Field by field as in the openai package's `openai/types/responses/*_event.py` (3.54). Events here have no
`sequence_number` yet; `responses_api` numbers them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .answers import Json, Step
from .items import pieces
from .slot import Slot, new_id


def function_call(item: Json, index: int) -> Iterator[Step]:
    """A call of one of the caller's functions."""
    slot = Slot(new_id("fc"), index)
    call = {"id": slot.item_id, "type": "function_call", "call_id": item.get("call_id") or new_id("call")}
    call["name"] = item["name"]
    yield slot.added({**call, "arguments": "", "status": "in_progress"})
    for piece in pieces(item):
        yield slot.event("function_call_arguments.delta", tokens=1, delta=piece)
    arguments = item["arguments"]
    yield slot.event("function_call_arguments.done", arguments=arguments)
    yield slot.done({**call, "arguments": arguments, "status": item.get("status", "completed")})


def custom_tool_call(item: Json, index: int) -> Iterator[Step]:
    """A call of one of the caller's custom (free text) tools."""
    slot = Slot(new_id("ctc"), index)
    call = {"id": slot.item_id, "type": "custom_tool_call", "call_id": item.get("call_id") or new_id("call")}
    call["name"] = item["name"]
    yield slot.added({**call, "input": ""})
    for piece in pieces(item):
        yield slot.event("custom_tool_call_input.delta", tokens=1, delta=piece)
    yield slot.event("custom_tool_call_input.done", input=item["input"])
    yield slot.done({**call, "input": item["input"]})


EVENTS: dict[str, Callable[[Json, int], Iterator[Step]]] = {
    "function_call": function_call,
    "custom_tool_call": custom_tool_call,
}
