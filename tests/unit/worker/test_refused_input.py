"""Recognises servers' errors for conversations that are too long or have unsupported content."""

from typing import Any

import httpx2
import pytest
from openai import APIStatusError

from agentex_web.failure_types import CONTEXT_EXCEEDED, INPUT_REFUSED, MODEL_FAILURE
from agentex_web.worker.model.failures import failure_of

TOO_LONG = [
    (400, "This model's maximum context length is 128000 tokens. However, your messages resulted in 300012"),
    (400, "Your input exceeds the context window of this model. Please adjust your input and try again."),
    (400, "prompt is too long: 210000 tokens > 200000 maximum"),
    (400, "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000"),
    (400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
    (400, "the request exceeds the available context size, try increasing it"),
    (400, "This model's maximum prompt length is 131072 but the request contains 140000 tokens."),
    (400, "Prompt contains 40000 tokens and is too large for model with 32768 maximum context length"),
    (413, "Request too large for model `llama` in organization, please reduce your message size"),
    (400, "Please reduce the length of the messages or completion."),
    (400, "too many tokens: total number of tokens in the prompt cannot exceed 128000"),
    (400, "Input is too long for requested model."),
    (400, "Range of input length should be [1, 30720]"),
    (400, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097"),
    (429, "Request too large for gpt on tokens per min (TPM): Limit 30000, Requested 41000."),
]


def refused(status: int, message: str, **error: Any) -> APIStatusError:
    response = httpx2.Response(status, request=httpx2.Request("POST", "http://model.invalid"))
    return APIStatusError(message, response=response, body={"message": message, **error})


@pytest.mark.parametrize(("status", "message"), TOO_LONG)
def test_a_conversation_that_is_too_long(status: int, message: str) -> None:
    failed = failure_of(refused(status, message))
    assert failed.type == CONTEXT_EXCEEDED and failed.non_retryable and message in failed.message


def test_the_code_is_enough() -> None:
    assert failure_of(refused(400, "No.", code="context_length_exceeded")).type == CONTEXT_EXCEEDED


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, {}),
        (400, {"code": "invalid_image_format"}),
        (400, {"param": "input[2].content[1].image_url"}),
        (400, {"code": "content_filter", "param": "prompt"}),
        (422, {}),
        (415, {}),
    ],
)
def test_what_is_said_is_refused(status: int, error: dict[str, Any]) -> None:
    assert failure_of(refused(status, "Bad request.", **error)).type == INPUT_REFUSED


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, {"code": "unsupported_parameter", "param": "temperature"}),
        (400, {"param": "tools[0].parameters"}),
        (401, {}),
        (404, {"code": "model_not_found"}),
        (429, {}),
        (500, {}),
    ],
)
def test_other_failures_are_not_the_messages_fault(status: int, error: dict[str, Any]) -> None:
    assert failure_of(refused(status, "Bad request.", **error)).type == MODEL_FAILURE


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://api.openai.com/v1/responses", "(401). Check OPENAI_API_KEY."),
        (
            "https://models.example/v1",
            "(401). Check the key for models.example in the agent's file and in .env.",
        ),
    ],
)
def test_a_refused_key_names_the_server(url: str, words: str) -> None:
    error = refused(401, "No.")
    error.request = error.response.request = type(error.request)("POST", url)
    assert failure_of(error).message.endswith(words)
