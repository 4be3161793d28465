"""The persona without tools gives relevant answers, remembers, and fills in schemas."""

from __future__ import annotations

import json
from typing import Any

from openai import OpenAI

from tests.demo_model.asking import ask
from tests.support.model_server import ModelServer, text


def test_it_says_that_it_is_the_demo_and_a_script_says_what_was_asked_for(
    model: ModelServer, client: OpenAI
) -> None:
    messages: list[Any] = [{"role": "user", "content": "hello"}]
    model.script(text("Hello."), match="scripted", times=2)
    for words, name in (("hello", "demo"), ("/help", "demo"), ("scripted", "gpt-9")):
        assert client.responses.create(model="gpt-9", input=words).model == name
        messages[0]["content"] = words
        assert client.chat.completions.create(model="gpt-9", messages=messages).model == name


def test_it_thinks_first_and_then_answers_about_the_message(client: OpenAI) -> None:
    answer = ask(client, "Tell me about lighthouses")
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert "lighthouses" in answer.output_text


def test_it_remembers_the_conversation_and_only_that(client: OpenAI) -> None:
    told = ("My name is Ada", "Hello Ada", "Tell me about tides", "They rise.")
    assert "Ada" in ask(client, *told, "What is my name?").output_text
    assert "My name is Ada" in ask(client, *told, "What did I say first?").output_text
    assert "tides" in ask(client, *told, "What did I ask you before?").output_text
    assert "not told me" in ask(client, "What is my name?").output_text


def test_it_fills_in_a_json_schema(client: OpenAI) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}, "fun": {"type": "boolean"}},
        "required": ["city", "days", "fun"],
    }
    wanted = {"format": {"type": "json_schema", "name": "trip", "schema": schema}}
    answer = ask(client, "Plan a trip to Rome for 3 days", text=wanted)
    assert json.loads(answer.output_text) == {"city": "Rome", "days": 3, "fun": False}
