"""Final answers made by code: the ``tool_use_behavior`` options ``stop_on_first_tool``, tool names, or a
function.
"""

import json
from typing import Any

from pydantic import TypeAdapter

from agents import ItemHelpers, MessageOutputItem, RunResult


def answer_of_code(result: RunResult) -> str | None:
    """The final answer as Markdown if code made it; None if a model said it."""
    items = result.new_items
    if not items or items[-1].type != "tool_call_output_item" or result.interruptions:
        return None
    answer = result.final_output
    if answer is None or isinstance(answer, str):
        return answer or None
    return f"```json\n{_json(answer)}\n```"


def answer_of_handler(result: RunResult) -> str | None:
    """The answer that an error handler gave in place of a failed run; None if a model said the last words."""
    items = result.new_items
    if not items or not isinstance(last := items[-1], MessageOutputItem):
        return None
    said = [each for response in result.raw_responses for each in response.output]
    return None if any(each is last.raw_item for each in said) else ItemHelpers.text_message_output(last)


def _json(value: Any) -> str:
    plain = TypeAdapter(type(value)).dump_python(value, mode="json", fallback=str)
    return json.dumps(plain, indent=2, ensure_ascii=False)
