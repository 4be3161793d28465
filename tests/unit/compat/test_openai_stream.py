"""agentex_web/compat/openai_stream.py yields the same events as the client, without its search for types."""

import json
import sys
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from openai._models import construct_type
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent
from pydantic import BaseModel

from agentex_web.compat.openai_client import DirectOpenAI
from agentex_web.compat.openai_stream import typed_event
from agentex_web.demo_model.demo import Demo
from tests.support.model_server import Json, custom_tool_call, function_call, hosted, reasoning, refusal, text
from tests.support.model_server.app import create_app

ANSWERS: dict[str, list[Json]] = {
    "text": [text("Snow, 雪, 😀 and\n\n| a | table |")],
    "citations": [text("As said.", citations=[{"url": "https://a.test", "title": "A"}])],
    "refusal": [text("Well, "), refusal("I will not do that.")],
    "reasoning": [reasoning("First.", "Second.", raw="so be it"), text("Done.")],
    "calls": [
        function_call("sum", {"of": [1, 2]}),
        function_call("sum", "{broken"),
        custom_tool_call("sh", "ls"),
    ],
    "hosted": [
        hosted("web_search_call", query="snow", sources=["https://a.test"]),
        hosted("code_interpreter_call", code="print(1)", logs="1"),
        hosted("mcp_call", server_label="s", name="n", arguments={"a": 1}, output="o"),
        text("Found."),
    ],
}
OF_CHAT = ("text", "refusal", "reasoning", "function_call")
DELTA = {
    "type": "response.output_text.delta",
    "item_id": "i",
    "output_index": 0,
    "content_index": 0,
    "delta": "a",
    "logprobs": [],
    "sequence_number": 1,
}
CHUNK = {
    "id": "c",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}],
}
ODD: list[Any] = [
    DELTA | {"logprobs": None},
    DELTA | {"output_index": "0"},
    DELTA | {"delta": None},
    DELTA | {"delta": "half \ud83d"},
    DELTA | {"unknown": {"a": [1]}, "obfuscation": "xyz"},
    DELTA | {"type": ["response.output_text.delta"]},
    DELTA | {"type": "response.of_tomorrow.delta"},
    {"type": "response.output_text.delta"},
    {"type": None},
    [],
]
ODD_CHUNKS: list[Any] = [
    CHUNK | {"created": 1.5},
    CHUNK | {"choices": []},
    CHUNK | {"choices": None},
    CHUNK | {"usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}, "service": "x"},
    CHUNK
    | {
        "choices": [{"index": 0, "delta": {"content": "a", "reasoning_content": "b"}, "finish_reason": "eos"}]
    },
    CHUNK | {"choices": [{"delta": None}]},
    CHUNK | {"choices": [{"index": None, "delta": {"tool_calls": [{"index": None, "id": "t"}]}}]},
    CHUNK | {"id": 7, "model": None},
    {},
]


def whole(event: Any) -> Any:
    """Everything observable about an event, including types and which fields the server sent."""
    if isinstance(event, BaseModel):
        fields = {
            name: whole(value) for name, value in {**event.__dict__, **(event.model_extra or {})}.items()
        }
        # The client does not count unknown fields as sent by the server.
        return type(event), fields, event.model_fields_set - {*(event.model_extra or {})}
    return [whole(each) for each in event] if isinstance(event, list) else (type(event), event)


async def body_of(answer: list[Json], path: str) -> bytes:
    """The body that the scripted model server sends for an answer."""
    app = create_app(Demo(0, 0))

    async def with_transport(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": {"transport": None}}, receive, send)

    transport = httpx2.ASGITransport(app=with_transport)
    async with httpx2.AsyncClient(transport=transport, base_url="http://model.invalid") as http:
        await http.post("/script", json={"output": answer})
        request = {"model": "m", "stream": True, "input": "x", "messages": [{"role": "user", "content": "x"}]}
        return (await http.post(path, json=request)).content


async def each_event(body: bytes) -> AsyncIterator[bytes]:
    """The body as a server sends it that flushes each event, so that no two arrive together."""
    for event in body.split(b"\n\n")[:-1]:
        yield event + b"\n\n"


async def events_of(
    kind: Callable[..., AsyncOpenAI],
    body: bytes,
    path: str,
    parts: Callable[[bytes], AsyncIterator[bytes]] = each_event,
) -> list[Any]:
    """What a client makes of a body that arrives in these parts."""
    headers = {"content-type": "text/event-stream"}
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=parts(body), headers=headers))
    http = httpx2.AsyncClient(transport=transport)
    client = kind(api_key="none", base_url="http://model.invalid/v1", http_client=http, max_retries=0)
    if path == "/v1/responses":
        return [each async for each in await client.responses.create(model="m", input="x", stream=True)]
    messages: Any = [{"role": "user", "content": "x"}]
    stream = await client.chat.completions.create(model="m", messages=messages, stream=True)
    return [each async for each in stream]


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/chat/completions"])
@pytest.mark.parametrize("answer", ANSWERS)
async def test_the_events_are_those_of_the_client(answer: str, path: str) -> None:
    known = [each for each in ANSWERS[answer] if path == "/v1/responses" or each["type"] in OF_CHAT]
    body = await body_of(known, path)
    ours, theirs = await events_of(DirectOpenAI, body, path), await events_of(AsyncOpenAI, body, path)
    assert len(ours) > 2
    assert whole(ours) == whole(theirs)


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/v1/responses", each) for each in ODD] + [("/v1/chat/completions", each) for each in ODD_CHUNKS],
)
async def test_odd_events_too(path: str, sent: Any) -> None:
    body = f"data: {json.dumps(sent)}\n\n".encode()
    assert whole(await events_of(DirectOpenAI, body, path)) == whole(await events_of(AsyncOpenAI, body, path))


@pytest.mark.parametrize("answer", ANSWERS)
async def test_all_of_a_stream_goes_the_short_way(answer: str) -> None:
    body = await body_of(ANSWERS[answer], "/v1/responses")
    sent = [json.loads(line[6:]) for line in body.decode().split("\n") if line.startswith("data: {")]
    assert not [each for each in sent if typed_event(each, ResponseStreamEvent) is None]
    assert typed_event(CHUNK, ChatCompletionChunk) is not None


@pytest.mark.parametrize(("kind", "data"), [(ResponseStreamEvent, DELTA), (ChatCompletionChunk, CHUNK)])
def test_the_client_still_searches(kind: Any, data: Json) -> None:
    construct_type(type_=kind, value=data)
    assert _calls(lambda: construct_type(type_=kind, value=data)) > 5 * _calls(
        lambda: typed_event(data, kind)
    )


def _calls(function: Callable[[], object]) -> int:
    """The number of calls of Python functions."""
    count = 0

    def count_calls(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(count_calls)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count
