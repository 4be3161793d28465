"""Scripts: which one answers, its pace, and the records of requests."""

from __future__ import annotations

import json
import time

from openai import OpenAI

from tests.demo_model.asking import ask, events_of
from tests.support.model_server import ModelServer, step, text


def test_scripts_are_matched_by_the_users_message_then_taken_in_turn(
    model: ModelServer, client: OpenAI
) -> None:
    model.script(text("first"))
    model.script(text("second"))
    model.script_steps(step(text("blue 1")), step(text("blue 2")), match="[blue]", times=2)
    answers = [ask(client, words).output_text for words in ("[blue]", "x", "[blue]", "y", "[blue]")]
    assert answers == ["blue 1", "first", "blue 2", "second", "blue 1"]


def test_scripts_can_be_matched_by_the_instructions(model: ModelServer, client: OpenAI) -> None:
    model.script(text("guarded"), match_instructions="guardrail", times=None)
    model.script(text("served"), times=None)
    assert ask(client, "x", instructions="You serve.").output_text == "served"
    assert ask(client, "x", instructions="You are a guardrail.").output_text == "guarded"


def test_requests_are_recorded_without_the_key(model: ModelServer, client: OpenAI) -> None:
    before = time.monotonic()
    model.script(text("Hi."))
    client.responses.create(model="demo", input="record me", extra_headers={"x-trace": "7"})
    (record,) = model.requests("record me")
    assert record["body"]["input"] == "record me"
    assert record["headers"]["x-trace"] == "7"
    assert "secret" not in json.dumps(record)
    assert record["outcome"] == "completed"
    assert before < record["arrived"] <= record["first_byte"] <= record["ended"] < time.monotonic()


def test_an_answer_can_be_held_in_the_middle(model: ModelServer, client: OpenAI) -> None:
    model.script(text("one two three"), hold_after=2)
    stream = client.responses.create(model="demo", input="hold me", stream=True)
    deltas = (event.delta for event in stream if event.type == "response.output_text.delta")
    assert [next(deltas), next(deltas)] == ["one", " two"]
    assert model.wait_for(lambda record: record["held"])["tokens_sent"] == 2
    assert model.release("someone else") == 0
    assert model.release("hold me") == 1
    assert list(deltas) == [" three"]


def test_tokens_come_at_the_pace_that_was_asked_for(client: OpenAI) -> None:
    began = time.monotonic()
    events = events_of(client, "/tokens 60 200")
    took = time.monotonic() - began
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert [int(delta) for delta in deltas] == list(range(1, 61))
    # The last of 60 tokens is due after 59/200 s. A busy machine may be late, but never early.
    assert took >= 59 / 200
