"""agentex_web/compat/chat_finish_reason.py is needed while the SDK treats every finish reason as success."""

from typing import Any

import pytest
from openai import AsyncOpenAI

from agentex_web.compat.chat_finish_reason import ChatCompletionsModel
from agentex_web.worker.model.failures import terminal_failure
from agents import OpenAIChatCompletionsModel
from tests.unit.compat import chat_server


def client(reason: str | None) -> AsyncOpenAI:
    """A client of a server that answers “Half” and ends with this reason."""
    half = {"delta": {"role": "assistant", "content": "Half"}, "finish_reason": None}
    end = [] if reason is None else [{"delta": {}, "finish_reason": reason}]
    return chat_server.client(half, *end)


async def ends(model: OpenAIChatCompletionsModel) -> list[Any]:
    final = ("response.completed", "response.incomplete", "response.failed")
    return [event async for event in chat_server.events(model) if event.type in final]


@pytest.mark.parametrize("reason", ["length", "content_filter", "error", None])
async def test_the_sdk_calls_every_end_a_good_one(reason: str | None) -> None:
    (end,) = await ends(OpenAIChatCompletionsModel("demo", client(reason)))
    assert end.type == "response.completed" and end.response.incomplete_details is None


@pytest.mark.parametrize("reason", ["stop", "tool_calls", "function_call", "STOP", "end_turn"])
async def test_good_ends(reason: str) -> None:
    (end,) = await ends(ChatCompletionsModel("demo", client(reason)))
    assert end.type == "response.completed"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("length", "max_output_tokens"),
        ("content_filter", "content_filter"),
        ("MAX_TOKENS", "max_output_tokens"),
    ],
)
async def test_answers_that_were_cut_off(reason: str, said: str) -> None:
    (end,) = await ends(ChatCompletionsModel("demo", client(reason)))
    assert end.type == "response.incomplete" and end.response.incomplete_details.reason == said
    assert terminal_failure(end).non_retryable


@pytest.mark.parametrize("reason", ["error", "abort", "insufficient_system_resource", "whatever"])
async def test_an_end_that_nobody_knows_is_a_failure_with_a_retry(reason: str) -> None:
    (end,) = await ends(ChatCompletionsModel("demo", client(reason)))
    failed = terminal_failure(end)
    assert reason in failed.message and not failed.non_retryable


async def test_an_answer_without_an_end_has_none() -> None:
    assert await ends(ChatCompletionsModel("demo", client(None))) == []
