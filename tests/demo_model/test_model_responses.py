"""The Responses API: the events of each output item, in the order of the real API."""

from __future__ import annotations

import json

from openai import OpenAI

from tests.demo_model.asking import events_of, kinds
from tests.support.model_server import ModelServer, custom_tool_call, function_call, reasoning, refusal, text


def test_text_streams_in_the_order_of_the_real_api(model: ModelServer, client: OpenAI) -> None:
    model.script(text("Hello there!", chunks=["Hello", " there", "!"]))
    events = events_of(client)
    assert kinds(events) == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [event.delta for event in events if event.type == "response.output_text.delta"] == [
        "Hello",
        " there",
        "!",
    ]
    whole = events[-1].response
    assert whole.output_text == "Hello there!"
    assert whole.usage.output_tokens == 3
    assert whole.usage.total_tokens == whole.usage.input_tokens + 3


def test_reasoning_streams_its_summary_and_its_raw_text(model: ModelServer, client: OpenAI) -> None:
    model.script(reasoning("First.", "Second.", raw="so be it"), text("Done."))
    events = events_of(client)
    part = ["reasoning_summary_part.added", "reasoning_summary_text.delta"]
    part += ["reasoning_summary_text.done", "reasoning_summary_part.done"]
    raw = ["content_part.added", "reasoning_text.delta", "reasoning_text.done", "content_part.done"]
    assert kinds(events)[3:15] == part + part + raw
    thought = events[-1].response.output[0]
    assert [summary.text for summary in thought.summary] == ["First.", "Second."]
    assert thought.content[0].text == "so be it"
    assert events[-1].response.usage.output_tokens_details.reasoning_tokens == 7


def test_function_calls_stream_their_arguments_in_pieces(model: ModelServer, client: OpenAI) -> None:
    model.script(function_call("get_weather", {"city": "Paris"}, call_id="call_1"))
    events = events_of(client)
    deltas = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    assert len(deltas) > 3
    assert json.loads("".join(deltas)) == {"city": "Paris"}
    call = events[-1].response.output[0]
    assert (call.name, call.call_id, call.status) == ("get_weather", "call_1", "completed")


def test_refusals_and_custom_tools_stream(model: ModelServer, client: OpenAI) -> None:
    model.script(refusal("I cannot do that."), custom_tool_call("shell", "ls -l"))
    events = events_of(client)
    assert {"refusal.delta", "refusal.done"} <= set(kinds(events))
    assert {"custom_tool_call_input.delta", "custom_tool_call_input.done"} <= set(kinds(events))
    refused, call = events[-1].response.output
    assert refused.content[0].refusal == "I cannot do that."
    assert call.input == "ls -l"


def test_citations_arrive_when_the_cited_text_has(model: ModelServer, client: OpenAI) -> None:
    cited = {"url": "https://example.com", "title": "Example", "start_index": 0, "end_index": 5}
    model.script(text("Water is wet.", chunks=["Water", " is wet."], citations=[cited]))
    events = events_of(client)
    names = [event.type.removeprefix("response.") for event in events]
    assert names[4:7] == ["output_text.delta", "output_text.annotation.added", "output_text.delta"]
    assert events[-1].response.output[0].content[0].annotations[0].url == "https://example.com"


def test_the_answer_without_streaming_is_the_same(model: ModelServer, client: OpenAI) -> None:
    items = [reasoning("Hm."), text("Hello."), function_call("f", {"x": 1}, call_id="c")]
    model.script(*items, times=2)
    streamed = events_of(client)[-1].response
    whole = client.responses.create(model="demo", input="go")
    assert [item.type for item in whole.output] == ["reasoning", "message", "function_call"]
    assert whole.output_text == streamed.output_text == "Hello."
    assert whole.usage == streamed.usage
