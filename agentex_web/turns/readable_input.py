"""The input of a model call in a form that pydantic can read in the activity."""

from collections.abc import Mapping
from typing import Any

from agentex_web.turns.odd_parts import without_odd_items


def readable(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leaves out what is odd in earlier answers, and sends the outputs of custom tools as content parts.

    A custom tool's output may be a text or a list of content parts. pydantic 2.14 tries to read a text as
    parts, and the call fails. A part with the text means the same to the model.
    """
    items = given.get("input")
    return (
        {**given, "input": [_as_parts(each) for each in without_odd_items(items)]}
        if isinstance(items, list)
        else given
    )


def _as_parts(item: Any) -> Any:
    if isinstance(item, dict) and item.get("type") == "custom_tool_call_output":
        output = item.get("output")
        if isinstance(output, str):
            return {**item, "output": [{"type": "input_text", "text": output}]}
    return item
