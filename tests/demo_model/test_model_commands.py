"""The demo model's slash commands for newcomers."""

from __future__ import annotations

import openai
import pytest
from openai import OpenAI

from agentex_web.turns.continuing import INSTRUCTION
from tests.demo_model.asking import events_of, kinds


@pytest.mark.parametrize(
    ("command", "last"),
    [("/help", "completed"), ("/markdown", "completed"), ("/long", "completed"), ("/think", "completed")]
    + [("/refuse", "completed"), ("/cut", "incomplete"), ("/fail", "failed")],
)
def test_commands_show_each_kind_of_answer(client: OpenAI, command: str, last: str) -> None:
    assert kinds(events_of(client, command))[-1] == last


def test_flaky_and_drop_work_at_the_second_attempt(client: OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as raised:
        events_of(client, "/flaky")
    assert raised.value.response.headers["retry-after"] == "1"
    assert "second attempt" in events_of(client, "/flaky")[-1].response.output_text
    with pytest.raises(openai.APIConnectionError):
        events_of(client, "/drop")
    assert "second attempt" in events_of(client, "/drop")[-1].response.output_text


def test_error_answers_with_the_status_that_was_asked_for(client: OpenAI) -> None:
    with pytest.raises(openai.InternalServerError):
        events_of(client, "/error")
    with pytest.raises(openai.AuthenticationError):
        events_of(client, "/error 401")


def test_an_answer_that_was_cut_goes_on_where_it_stopped(client: OpenAI) -> None:
    cut = client.responses.create(model="demo", input="/cut")
    said = [
        {"role": "user", "content": "/cut"},
        {"role": "assistant", "content": cut.output_text},
        INSTRUCTION,
    ]
    rest = client.responses.create(model="demo", input=said)
    assert (cut.status, rest.status) == ("incomplete", "completed")
    assert rest.output_text.startswith(" which is just")
    assert "went on in the same message" in rest.output_text
