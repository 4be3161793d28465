"""Clients that disconnect, and a server that is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.support.model_server import ModelServer, text


async def _until_first_delta(stream: AsyncIterator[Any]) -> None:
    async for event in stream:
        if event.type == "response.output_text.delta":
            return


def test_a_disconnect_is_noticed_while_waiting_between_tokens(model: ModelServer) -> None:
    model.script(text("one two three"), hold_after=1)

    async def leave() -> None:
        async with AsyncOpenAI(base_url=model.url, api_key="k", max_retries=0) as client:
            stream = await client.responses.create(model="demo", input="leave", stream=True)
            await _until_first_delta(stream)
            await asyncio.to_thread(model.wait_for, lambda record: record["held"])
            await stream.close()

    asyncio.run(leave())
    # The answer is not released: the server notices the disconnect while it waits.
    record = model.wait_for(lambda one: one["outcome"] == "client_disconnected")
    assert record["tokens_sent"] == 1


def test_sigterm_ends_the_server_while_a_stream_is_open() -> None:
    server = ModelServer()
    server.script(text("one two"), hold_after=1)
    with OpenAI(base_url=server.url, api_key="k", max_retries=0) as client:
        stream = iter(client.responses.create(model="demo", input="x", stream=True))
        server.wait_for(lambda record: record["held"])
        assert server.stop() == 0
        with pytest.raises(openai.APIConnectionError):
            list(stream)
