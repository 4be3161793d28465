"""If servers repeat ids of tool calls, each call still has its own card, result and place in the memory."""

import json
from typing import Any

from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.turn_watching import next_input


def look(city: str, call_id: str) -> Any:
    return function_call("get_weather", {"city": city}, call_id)


def pairs(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """For each call, the requested city and the start of the result."""
    outputs = {item["call_id"]: item["output"] for item in items if "output" in item}
    calls = [item for item in items if item.get("type") == "function_call"]
    assert len(outputs) == len(calls) == len({call["call_id"] for call in calls})
    return [
        (json.loads(call["arguments"])["city"], outputs[call["call_id"]].partition(":")[0]) for call in calls
    ]


def test_one_id_for_all_calls_of_a_chat(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(look("Oslo", "call_0"), look("Bergen", "call_0")),
        step(look("Lima", "call_0")),
        step(text("Three.")),
        match="three cities",
    )
    stack.model.script_steps(step(look("Rome", "call_0")), step(text("One.")), match="one more city")
    task = person.begin("weather", "three cities")
    assert ended(last_turn(task)).status == "done"
    ended(person.send(task, "one more city"))
    turns = task.turns.order_by("created_at")
    for turn, cities in zip(turns, (["Oslo", "Bergen", "Lima"], ["Rome"]), strict=True):
        results = {row.tool_call_id: row.content for row in turn.messages.filter(kind="tool_response")}
        requests = turn.messages.filter(kind="tool_request").order_by("position")
        shown = [(json.loads(row.content)["city"], results[row.tool_call_id][:4]) for row in requests]
        assert shown == [(city, city[:4]) for city in cities]
    asked = next_input(stack, person, task)
    assert pairs(asked) == [(city, city) for city in ("Oslo", "Bergen", "Lima", "Rome")]
