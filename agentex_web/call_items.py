"""Tool calls among SDK input items, and the outputs that answer them. Standard library only."""

import json
from collections.abc import Mapping
from typing import Any

OPERATIONS = ("shell_call", "apply_patch_call")
"""Calls of tools without a function: the agent's file provides an executor for them."""
OWN_CALLS = ("function_call", "custom_tool_call", *OPERATIONS)
"""Calls that this project answers, not the model's provider."""


def is_own_call(item: Any) -> bool:
    """True if this project answers the call. The provider runs a shell in a container itself."""
    kind = _of(item, "type")
    if kind == "shell_call":
        environment = _of(item, "environment")
        return environment is None or _of(environment, "type") == "local"
    return kind in OWN_CALLS


def arguments_of(item: Any) -> str:
    """Returns the call's arguments: plain text for a custom tool, otherwise JSON."""
    match _of(item, "type"):
        case "custom_tool_call":
            return str(_of(item, "input"))
        case "shell_call":
            return _json(_of(item, "action"))
        case "apply_patch_call":
            return _json(_of(item, "operation"))
        case _:
            return str(_of(item, "arguments") or "")


def output_item(kind: str, call_id: str, text: str, *, failed: bool = False) -> dict[str, Any]:
    """Returns the item that answers a call of this type with a text.

    Args:
        failed: the call failed, or did not end.
    """
    item: dict[str, Any] = {"type": f"{kind}_output", "call_id": call_id, "output": text}
    match kind:
        case "shell_call":
            outcome = {"type": "exit", "exit_code": 1 if failed else 0}
            item["output"] = [{"stdout": "", "stderr": text, "outcome": outcome}]
        case "apply_patch_call":
            item["status"] = "failed" if failed else "completed"
    return item


def _json(value: Any) -> str:
    fields = value if isinstance(value, Mapping) else value.model_dump(mode="json") if value else {}
    return json.dumps({name: each for name, each in fields.items() if each is not None}, ensure_ascii=False)


def _of(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
