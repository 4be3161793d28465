"""Scripted faults and how the client reports them."""

from __future__ import annotations

import openai
import pytest
from openai import OpenAI

from tests.demo_model.asking import events_of, kinds
from tests.support.model_server import ModelServer, drop, error_event, failed, http_error, incomplete, text


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, openai.AuthenticationError), (429, openai.RateLimitError), (500, openai.InternalServerError)],
)
def test_a_status_comes_instead_of_an_answer(
    model: ModelServer, client: OpenAI, status: int, error: type[openai.APIStatusError]
) -> None:
    model.script(fault=http_error(status, retry_after=1.5, message="Not now."))
    with pytest.raises(error, match="Not now") as raised:
        events_of(client)
    assert raised.value.response.headers["retry-after"] == "1.5"
    assert model.requests()[0]["outcome"] == "fault"


@pytest.mark.parametrize("tokens", [0, 2, 99])
def test_the_connection_can_be_dropped(model: ModelServer, client: OpenAI, tokens: int) -> None:
    model.script(text("one two three four"), fault=drop(tokens))
    received: list[str] = []
    with pytest.raises(openai.APIConnectionError):
        received.extend(each.type for each in client.responses.create(model="demo", input="go", stream=True))
    assert received.count("response.output_text.delta") == min(tokens, 4)
    assert "response.completed" not in received
    record = model.wait_for(lambda one: one["outcome"] == "fault")
    assert record["tokens_sent"] == min(tokens, 4)


def test_a_response_can_fail_in_the_middle(model: ModelServer, client: OpenAI) -> None:
    model.script(text("one two three"), fault=failed(2, "Broken.", "rate_limit_exceeded"))
    events = events_of(client)
    assert kinds(events)[-2:] == ["output_text.delta", "failed"]
    assert events[-1].response.status == "failed"
    assert events[-1].response.error.code == "rate_limit_exceeded"


def test_an_error_event_can_end_the_stream(model: ModelServer, client: OpenAI) -> None:
    model.script(text("one two three"), fault=error_event(1, "Broken."))
    events = events_of(client)
    assert (events[-1].type, events[-1].message) == ("error", "Broken.")


@pytest.mark.parametrize("reason", ["max_output_tokens", "content_filter"])
def test_a_response_can_be_incomplete(model: ModelServer, client: OpenAI, reason: str) -> None:
    model.script(text("one two three"), fault=incomplete(2, reason))
    events = events_of(client)
    assert kinds(events)[-2:] == ["output_item.done", "incomplete"]
    cut = events[-1].response
    assert (cut.status, cut.incomplete_details.reason, cut.output_text) == ("incomplete", reason, "one two")
    assert cut.output[0].status == "incomplete"


def test_the_callers_token_limit_is_kept(model: ModelServer, client: OpenAI) -> None:
    model.script(text("one two three"), times=2)
    assert client.responses.create(model="demo", input="go", max_output_tokens=3).status == "completed"
    assert client.responses.create(model="demo", input="go", max_output_tokens=2).output_text == "one two"
