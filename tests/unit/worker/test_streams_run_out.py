"""A model's stream is closed in the call that reads it, and never left to Python's garbage collector."""

import asyncio
import gc
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from temporalio.exceptions import ApplicationError

from agentex_web.compat.openai_client import DirectOpenAI
from agentex_web.worker.model.responses import last_response
from agents import ModelSettings, ModelTracing, OpenAIResponsesModel

DELTA = {
    "type": "response.output_text.delta",
    "item_id": "i",
    "output_index": 0,
    "content_index": 0,
    "delta": "a",
    "logprobs": [],
}
RESPONSE = {
    "id": "r",
    "object": "response",
    "created_at": 1,
    "model": "m",
    "output": [],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
}


def completed(status: str) -> dict[str, Any]:
    return {"type": f"response.{status}", "response": RESPONSE | {"status": status}}


def stream_of(events: list[dict[str, Any]], *, stays_open: bool) -> AsyncIterator[Any]:
    async def body() -> AsyncIterator[bytes]:
        for number, event in enumerate(events):
            yield b"data: " + json.dumps(event | {"sequence_number": number}).encode() + b"\n\n"
            await asyncio.sleep(0)
        if stays_open:
            await asyncio.Event().wait()

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=body(), headers={"content-type": "text/event-stream"})

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    client = DirectOpenAI(api_key="k", base_url="http://model.invalid/v1", http_client=http, max_retries=0)
    return OpenAIResponsesModel("m", client).stream_response(
        None, "x", ModelSettings(), [], None, [], ModelTracing.DISABLED
    )


ENDS: dict[str, tuple[list[dict[str, Any]], bool, type[Exception] | None]] = {
    "completed": ([DELTA, completed("completed")], False, None),
    "completed, and the server leaves it open": ([DELTA, completed("completed")], True, None),
    "failed": ([DELTA, completed("failed")], True, ApplicationError),
    "taken back by what reads it": ([DELTA, DELTA, DELTA], True, ZeroDivisionError),
    "broken off": ([DELTA], False, ApplicationError),
}


@pytest.mark.parametrize("name", ENDS)
async def test_nothing_is_left_to_the_collector(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentex_web.worker.model.responses.REST_SECONDS", 0.05)
    events, stays_open, error = ENDS[name]
    left: list[str] = []
    hooks = sys.get_asyncgen_hooks()
    assert hooks.finalizer is not None
    finalizer = hooks.finalizer

    def collected(generator: Any) -> None:
        left.append(generator.__qualname__)
        finalizer(generator)

    def feed(event: Any) -> None:
        if name.startswith("taken back") and event.sequence_number == 1:
            raise ZeroDivisionError

    sys.set_asyncgen_hooks(finalizer=collected)
    try:
        call = last_response(stream_of(events, stays_open=stays_open), "key", feed)
        if error is None:
            assert (await call).id == "r"
        else:
            with pytest.raises(error):
                await call
        gc.collect()
        await asyncio.sleep(0)
    finally:
        sys.set_asyncgen_hooks(finalizer=finalizer)
    assert left == []
