"""Changes the arguments of a tool call that waits for an approval.

``RunState`` of openai-agents 0.22 can only approve a call as the model wrote it. It stores the call in
several private lists, and a fingerprint of its arguments, with which it refuses a changed call. So this
module replaces the arguments in all of these places. No upstream issue is known.
"""

from collections.abc import Iterator
from typing import Any

from agents._tool_invocation import tool_invocation_identity
from agents.items import ToolApprovalItem

from agents import RunState


def change_arguments(state: RunState[Any], item: ToolApprovalItem, arguments: str) -> None:
    """Gives the call these arguments, as if the model had written them. The call still needs the approval.

    Args:
        item: one of the state's interruptions, for a call of a function tool.
        arguments: JSON.
    """
    owner = state._find_nested_approval_state(item)
    state, item = owner or (state, item)
    names = {"tool_lookup_key": item.tool_lookup_key, "tool_name": item.tool_name}
    before = tool_invocation_identity(item.raw_item, **names)  # type: ignore[arg-type]
    changed: Any = None
    for call in _calls(state, item):
        if isinstance(call, dict):
            call["arguments"] = arguments
        else:
            call.arguments = arguments
        changed = call
    if before is not None and changed is not None and state._context is not None:
        state._context._rebind_tool_invocation(changed, previous_identity=before, **names)  # type: ignore[arg-type]


def _calls(state: RunState[Any], item: ToolApprovalItem) -> Iterator[Any]:
    """Yields every object in the state that represents this call."""
    response: Any = state._last_processed_response
    step: Any = state._current_step
    held: list[Any] = [
        *(each.raw_item for each in [*state._generated_items, *state._session_items]),
        *(output for each in state._model_responses for output in each.output),
        *(each.raw_item for each in getattr(step, "interruptions", ())),
        item.raw_item,
    ]
    if response is not None:
        held += [each.raw_item for each in response.new_items]
        held += [each.tool_call for each in response.functions]
        held += [each.raw_item for each in response.interruptions]
    for each in held:
        kind = each.get("type") if isinstance(each, dict) else getattr(each, "type", "")
        call_id = each.get("call_id") if isinstance(each, dict) else getattr(each, "call_id", "")
        if kind == "function_call" and call_id == item.call_id:
            yield each
