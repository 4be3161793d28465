"""The input of a model call in the form that the API declares, which servers may insist on."""

from collections.abc import Mapping
from typing import Any

from agentex_web.turns.odd_parts import without_odd_items


def readable(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leaves out what is odd in earlier answers, and sends the outputs of custom tools as content parts.

    A custom tool's output may be a text or a list of content parts. Servers that check it with pydantic 2.14,
    which tries to read a text as parts, refuse a text. A part with the text means the same to the model.
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
