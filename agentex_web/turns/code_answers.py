"""Final answers made by code: the ``tool_use_behavior`` options ``stop_on_first_tool``, tool names, or a
function.
"""

import json
from typing import Any

from pydantic import TypeAdapter

from agents import RunResult


def answer_of_code(result: RunResult) -> str | None:
    """The final answer as Markdown if code made it; None if a model said it."""
    items = result.new_items
    if not items or items[-1].type != "tool_call_output_item" or result.interruptions:
        return None
    answer = result.final_output
    if answer is None or isinstance(answer, str):
        return answer or None
    return f"```json\n{_json(answer)}\n```"


def _json(value: Any) -> str:
    plain = TypeAdapter(type(value)).dump_python(value, mode="json", fallback=str)
    return json.dumps(plain, indent=2, ensure_ascii=False)
