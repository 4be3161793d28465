"""The persona with tools: which tools it calls, with which arguments, and how it uses the output."""

from __future__ import annotations

import json
from typing import Any

from openai import OpenAI

from tests.demo_model.asking import ask

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def test_it_calls_the_fitting_tool_once_and_answers_from_the_output(client: OpenAI) -> None:
    other = {**WEATHER, "name": "send_parcel", "description": "Posts a parcel."}
    given: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    first = client.responses.create(model="demo", input=given, tools=[other, WEATHER])  # type: ignore[list-item]
    call = first.output[-1]
    assert call.type == "function_call"
    assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Paris"})
    given += [item.to_dict() for item in first.output]
    given.append({"type": "function_call_output", "call_id": call.call_id, "output": "Sunny, 21 degrees."})
    second = client.responses.create(model="demo", input=given, tools=[other, WEATHER])  # type: ignore[list-item]
    assert "Sunny, 21 degrees." in second.output_text


def test_it_calls_in_parallel_for_two_places(client: OpenAI) -> None:
    answer = ask(client, "Compare the weather in Paris and New York", tools=[WEATHER])
    calls = [json.loads(item.arguments)["city"] for item in answer.output if item.type == "function_call"]
    assert calls == ["Paris", "New York"]


def test_it_calls_nothing_when_nothing_fits(client: OpenAI) -> None:
    assert ask(client, "Hello!", tools=[WEATHER]).output[-1].type == "message"


def test_it_tells_when_a_tool_failed(client: OpenAI) -> None:
    call = {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": '{"city": "Paris"}'}
    output = {"type": "function_call_output", "call_id": "c", "output": "Error: no connection"}
    given: Any = [{"role": "user", "content": "weather in Paris?"}, call, output]
    answer = client.responses.create(model="demo", input=given, tools=[WEATHER])  # type: ignore[list-item]
    assert "failed" in answer.output_text and "no connection" in answer.output_text
