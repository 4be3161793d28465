"""agentex_web/compat/openai_client.py is needed while the client traverses the whole input on each call."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from openai.resources.chat import AsyncCompletions
from openai.resources.responses import AsyncResponses

from agentex_web.compat.openai_client import DirectOpenAI

ITEMS = [{"role": "user", "content": [{"type": "input_text", "text": "Hello", "unknown": (1, 2)}]}]


async def sent(kind: Callable[..., AsyncOpenAI], **arguments: Any) -> Any:
    """The body of a request for a response."""
    bodies: list[Any] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        bodies.append(json.loads(request.content))
        return httpx2.Response(200, json={"id": "r", "object": "response", "output": []})

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    client = kind(api_key="none", base_url="http://model.invalid/v1", http_client=http, max_retries=0)
    await client.responses.create(model="demo", **arguments)
    return bodies[0]


@pytest.mark.parametrize("create", [AsyncResponses.create, AsyncCompletions.create])
def test_the_client_walks_over_its_arguments(create: Callable[..., Any]) -> None:
    assert "maybe_transform" in inspect.getsource(create)


async def test_the_body_is_the_same_without_the_walk() -> None:
    body = await sent(DirectOpenAI, input=ITEMS)
    assert body == await sent(AsyncOpenAI, input=ITEMS)
    assert body["input"][0]["content"][0]["unknown"] == [1, 2]


async def test_a_text_is_sent_as_it_is() -> None:
    assert (await sent(DirectOpenAI, input="Hello"))["input"] == "Hello"
