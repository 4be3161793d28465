"""A server of chat completions that answers each request with the same stream."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
from openai import AsyncOpenAI

from agents import ModelSettings, ModelTracing, OpenAIChatCompletionsModel


def client(*choices: dict[str, Any]) -> AsyncOpenAI:
    """A client of a server that sends these choices, one per chunk."""
    base = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "demo"}
    body = "".join(f"data: {json.dumps({**base, 'choices': [{'index': 0, **each}]})}\n\n" for each in choices)

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, text=f"{body}data: [DONE]\n\n", headers={"content-type": "text/event-stream"}
        )

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return AsyncOpenAI(api_key="none", base_url="http://model.invalid/v1", http_client=http, max_retries=0)


def events(model: OpenAIChatCompletionsModel) -> AsyncIterator[Any]:
    """The events of the model's answer."""
    return model.stream_response(
        None, "Hello", ModelSettings(), [], None, [], ModelTracing.DISABLED,
        previous_response_id=None, conversation_id=None, prompt=None,
    )  # fmt: skip
