"""What a model call is given, in a form that survives the way to the activity."""

from collections.abc import Sequence
from typing import Any


def survivable(args: Sequence[Any]) -> Sequence[Any]:
    """The arguments of the model's activity.

    A custom tool's output may be a text or content parts. pydantic (2.14), which reads it in the activity,
    takes a text for parts, and the call fails; so it is sent as parts. Both mean the same to the model.
    """
    given = args[0]
    items = given.get("input") if isinstance(given, dict) else None
    if not isinstance(items, list):
        return args
    return [{**given, "input": [_as_parts(item) for item in items]}, *args[1:]]


def _as_parts(item: Any) -> Any:
    if isinstance(item, dict) and item.get("type") == "custom_tool_call_output":
        output = item.get("output")
        if isinstance(output, str):
            return {**item, "output": [{"type": "input_text", "text": output}]}
    return item
