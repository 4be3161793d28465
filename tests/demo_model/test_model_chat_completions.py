"""The Chat Completions API, streaming and non-streaming."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.support.model_server import (
    ModelServer,
    error_event,
    function_call,
    incomplete,
    reasoning,
    refusal,
    text,
)


def test_chat_completions_stream_everything_they_can_hold(model: ModelServer, client: OpenAI) -> None:
    calls = [function_call("f", {"x": 1}, "c1"), function_call("g", {"y": 2}, "c2")]
    model.script(reasoning("Hm."), text("Hello."), *calls, times=2)
    messages: Any = [{"role": "user", "content": "go"}]
    stream = client.chat.completions.create(
        model="demo", messages=messages, stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert "".join(delta.content or "" for delta in deltas) == "Hello."
    assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == "Hm."
    parts = [part for delta in deltas for part in delta.tool_calls or []]
    assert (
        "".join((part.function and part.function.arguments) or "" for part in parts if part.index == 1)
        == '{"y": 2}'
    )
    assert [part.id for part in parts if part.id] == ["c1", "c2"]
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    assert last.choices == [] and last.usage is not None and last.usage.completion_tokens > 4

    whole = client.chat.completions.create(model="demo", messages=messages)
    assert whole.choices[0].message.content == "Hello."
    assert [call.id for call in whole.choices[0].message.tool_calls or []] == ["c1", "c2"]
    assert whole.usage is not None and whole.usage.completion_tokens == last.usage.completion_tokens


@pytest.mark.parametrize(("reason", "finish"), [("max_output_tokens", "length"), ("content_filter",) * 2])
def test_a_chat_completion_can_end_early(
    model: ModelServer, client: OpenAI, reason: str, finish: str
) -> None:
    model.script(text("one two three four"), fault=incomplete(2, reason))
    whole = client.chat.completions.create(model="demo", messages=[{"role": "user", "content": "go"}])
    assert whole.choices[0].finish_reason == finish
    assert whole.choices[0].message.content == "one two"


def test_a_chat_completion_can_refuse(model: ModelServer, client: OpenAI) -> None:
    model.script(refusal("No."))
    whole = client.chat.completions.create(model="demo", messages=[{"role": "user", "content": "go"}])
    assert whole.choices[0].message.refusal == "No."


def test_a_chat_completion_can_fail_in_the_middle(model: ModelServer, client: OpenAI) -> None:
    model.script(text("one two three"), fault=error_event(2, "Out of breath."))
    stream = client.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": "go"}], stream=True
    )
    with pytest.raises(openai.APIError, match="Out of breath"):
        list(stream)
