"""Takes odd items, and odd parts of items, out of a model's answers, before they are sent to a model again.

Odd means: of a form that the API's types do not allow. The OpenAI client checks no types when it reads an
answer, but a server may check what it is sent. One citation in a wrong form, or one null where the API allows
none, would make it refuse every later message of the chat.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from openai.types.responses import (
    response_code_interpreter_tool_call_param as interpreter,
)
from openai.types.responses import (
    response_file_search_tool_call_param as file_search,
)
from openai.types.responses import (
    response_function_shell_call_output_content_param as shell,
)
from openai.types.responses import (
    response_function_web_search_param as web_search,
)
from openai.types.responses import (
    response_input_item_param as items,
)
from openai.types.responses import (
    response_output_text_param as text,
)
from openai.types.responses import (
    response_reasoning_item_param as reasoning,
)
from openai.types.responses.response_output_refusal_param import ResponseOutputRefusalParam
from openai.types.responses.tool_param import ToolParam
from pydantic import TypeAdapter, ValidationError

_LISTS: Mapping[str, Mapping[str, Any]] = {
    "reasoning": {"summary": reasoning.Summary, "content": reasoning.Content},
    "file_search_call": {"results": file_search.Result},
    "code_interpreter_call": {"outputs": interpreter.OutputLogs | interpreter.OutputImage},
    "mcp_list_tools": {"tools": items.McpListToolsTool},
    "tool_search_output": {"tools": ToolParam},
    "shell_call_output": {"output": shell.ResponseFunctionShellCallOutputContentParam},
}
"""The type of an item, and the types of the elements of its lists."""
_REQUIRED = {"reasoning": "summary", "mcp_list_tools": "tools", "tool_search_output": "tools"}
"""The list that an item of this type must have."""
_CALLS = ("function_call", "custom_tool_call", "apply_patch_call", "mcp_approval_request")
_BY_PROVIDER: Mapping[str, Any] = {
    "reasoning": reasoning.ResponseReasoningItemParam,
    "web_search_call": web_search.ResponseFunctionWebSearchParam,
    "file_search_call": file_search.ResponseFileSearchToolCallParam,
    "code_interpreter_call": interpreter.ResponseCodeInterpreterToolCallParam,
    "image_generation_call": items.ImageGenerationCall,
    "mcp_list_tools": items.McpListTools,
    "mcp_call": items.McpCall,
}
"""Items about what the provider did by itself. Nothing in this product answers them, so a model can continue
without them.
"""
_ANSWERED = ("output_text", "refusal")
_STATUSES = ("in_progress", "completed", "incomplete")
_PHASES = ("commentary", "final_answer")


def without_odd_items(given: list[Any]) -> list[Any]:
    """Returns the input items without odd parts, and without items of the provider that are still odd."""
    kept = (_with_a_status(_without_odd_parts(item)) for item in given)
    return [item for item in kept if not _is_odd(item)]


def _with_a_status(item: Any) -> Any:
    """The item with a status that the API knows, if only its status is odd."""
    if not _is_odd(item) or "status" not in item:
        return item
    known = {**item, "status": "completed"}
    return item if _is_odd(known) else known


def _is_odd(item: Any) -> bool:
    kind = item.get("type") if isinstance(item, dict) else None
    if not isinstance(kind, str) or kind not in _BY_PROVIDER or not _is_json(item):
        return False
    return not _is_valid(item, _BY_PROVIDER[kind])


def _is_json(value: Any) -> bool:
    """False if pydantic has read a list in it, which then is an iterator that can be read once only."""
    if isinstance(value, dict):
        return all(map(_is_json, value.values()))
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float)


def _without_odd_parts(item: Any) -> Any:
    """Returns an input item without the elements of its lists that have a wrong form. The text stays."""
    if not isinstance(item, dict):
        return item
    kind = item.get("type")
    if kind == "message" and item.get("role") == "assistant" and ("content" in item or "id" in item):
        return _message(item)
    if not isinstance(kind, str):
        return item
    if kind in _CALLS or kind in _BY_PROVIDER:
        # A field that may be left out may not be null.
        item = _without_null(item)
    if kind in _CALLS:
        return _call(item)
    if kind == "web_search_call" and isinstance(action := item.get("action"), dict):
        action = _without_null(action)
        return {**item, "action": _with_lists(action, {"sources": web_search.ActionSearchSource})}
    if kind not in _LISTS:
        return item
    if kind in _REQUIRED and item.get(_REQUIRED[kind]) is None:
        item = {**item, _REQUIRED[kind]: []}
    return _with_lists(item, _LISTS[kind])


def _without_null(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if each is not None}


def _call(item: dict[str, Any]) -> dict[str, Any]:
    """A call that this product answers is kept; only an odd status or id is corrected."""
    if "status" in item and item["status"] not in _STATUSES:
        item = {**item, "status": "completed"}
    return item if isinstance(item.get("id", ""), str) else {n: v for n, v in item.items() if n != "id"}


def _with_lists(item: dict[str, Any], lists: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: item[name] for name in lists if item.get(name) is not None}
    return {**item, **{name: _valid(each, lists[name]) for name, each in given.items()}}


def _message(item: dict[str, Any]) -> dict[str, Any]:
    given = item.get("content")
    parts = given if isinstance(given, list) else []
    if "id" not in item and not any(
        isinstance(each, dict) and each.get("type") in _ANSWERED for each in parts
    ):
        # Code wrote this message, no model did: leave it as it is.
        return item
    content = _content(given)
    if not isinstance(item.get("id"), str):
        # Without an id, only a plain text has a valid form.
        said = [each["text" if each["type"] == "output_text" else "refusal"] for each in content]
        return {"type": "message", "role": "assistant", "content": "".join(said)}
    status = item.get("status")
    if "phase" in item and item["phase"] not in _PHASES:
        item = {name: each for name, each in item.items() if name != "phase"}
    return {**item, "content": content, "status": status if status in _STATUSES else "completed"}


def _content(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "output_text", "text": content, "annotations": []}]
    if isinstance(content, dict | int | float | None):
        return []
    # What pydantic has read is an iterator.
    return [found for each in content if (found := _part(each))]


def _part(part: Any) -> dict[str, Any] | None:
    if not isinstance(part, dict) or part.get("type") != "output_text":
        return part if _is_valid(part, ResponseOutputRefusalParam) else None
    if not isinstance(part.get("text"), str):
        return None
    annotations = _valid(part.get("annotations"), text.Annotation)
    # No model needs the probabilities of what was answered.
    return {**{name: each for name, each in part.items() if name != "logprobs"}, "annotations": annotations}


def _valid(parts: Any, kind: Any) -> Any:
    if isinstance(parts, list):
        return [each for each in map(_without_null, parts) if _is_valid(each, kind)]
    # What pydantic has read is an iterator, which has to be read once only.
    return [] if parts is None or isinstance(parts, str | bytes | dict | int | float) else parts


def _is_valid(part: Any, kind: Any) -> bool:
    try:
        _validator(kind)(part)
    except ValidationError:
        return False
    return True


@cache
def _validator(kind: Any) -> Callable[[Any], Any]:
    return TypeAdapter(kind).validate_python
