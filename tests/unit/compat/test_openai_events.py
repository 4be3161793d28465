"""agentex_web/compat/openai_events.py decodes what the client's decoder does, however the body is cut."""

import json
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai._streaming import ServerSentEvent, SSEDecoder

from agentex_web.compat import openai_events
from agentex_web.compat.openai_client import DirectOpenAI
from agentex_web.compat.openai_events import EventDecoder
from tests.unit.compat.test_openai_stream import ANSWERS, CHUNK, DELTA, OF_CHAT, body_of, events_of, whole

Parts = Callable[[bytes], AsyncIterator[bytes]]

ODD_BODIES = [
    b"event: a\r\ndata: {}\r\n\r\ndata: {}\r\n\r\n",
    b"data: {}\n\ndata: {}\r\rdata: [DONE]\n\n",
    b"data: {}\r\rdata: {}\r\r",
    b"data: {}\r\rdata: {}\r",
    b": a comment\n\n\n\ndata: {}\n\n",
    b"data: {\ndata: }\n\n",
    b"data:{}\n\ndata:  {}\n\nid: 7\nretry: 1\ndata: {}\n\ndata: {}\n\n",
    b"event: thread.run\ndata: {}\n\ndata: {}\nevent: b\n\n",
    b"data\n\ndata: not json\n\nevent: only\n\n",
    b'data: {"a": "\\ud83d"}\n\ndata: {"a": NaN}\n\n',
    b"data: {}\n\ndata: {}\n",
    b"data: {}\n\ndata: {}",
    "\ufeffdata: {}\n\ndata: {}\n\n".encode(),
    b"",
]


def cut(seed: int) -> Parts:
    """Cuts a body at random places."""
    chance = random.Random(seed)

    async def parts(body: bytes) -> AsyncIterator[bytes]:
        at = 0
        while at < len(body):
            length = chance.choice((1, 2, 3, 30, 300, 3_000))
            yield body[at : at + length]
            at += length

    return parts


async def decoded(decoder: Any, body: bytes, parts: Parts) -> list[Any]:
    return [observed(each) async for each in decoder.aiter_bytes(parts(body))]


def observed(event: ServerSentEvent) -> Any:
    """What the client looks at."""
    try:
        value = repr(event.json())
    except ValueError:
        value = "not JSON"
    return event.event, value, event.data.startswith("[DONE]")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("body", ODD_BODIES)
async def test_odd_bodies_are_decoded_as_by_the_client(body: bytes, seed: int) -> None:
    assert await decoded(EventDecoder(), body, cut(seed)) == await decoded(SSEDecoder(), body, cut(seed))


def texts(events: list[Any]) -> list[Any]:
    """The events, with consecutive deltas of one text as one."""
    found: list[Any] = []
    for event in events:
        *key, text = _key(event) or (whole(event), None)
        if text is not None and found and found[-1][0] == key:
            found[-1][1] += text
        else:
            found.append([key, text])
    return found


def _key(event: Any) -> tuple[Any, ...] | None:
    dumped = event.model_dump(exclude={"sequence_number"}, exclude_unset=True)
    if isinstance(text := dumped.pop("delta", None), str):
        return type(event), dumped, text
    for name in ("content", "reasoning_content"):
        delta = dumped["choices"][0]["delta"] if dumped.get("choices") else {}
        if isinstance(text := delta.pop(name, None), str):
            return type(event), name, dumped, text
    return None


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/chat/completions"])
@pytest.mark.parametrize("answer", ANSWERS)
async def test_joined_events_say_the_same(answer: str, path: str) -> None:
    known = [each for each in ANSWERS[answer] if path == "/v1/responses" or each["type"] in OF_CHAT]
    body = await body_of(known, path)
    theirs = await events_of(AsyncOpenAI, body, path)
    for seed in range(5):
        ours = await events_of(DirectOpenAI, body, path, cut(seed))
        assert texts(ours) == texts(theirs)


def in_one(*events: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in events)


def chunk(delta: Any, **choice: Any) -> Any:
    return CHUNK | {"choices": [{"index": 0, "delta": delta, "finish_reason": None, **choice}]}


JOINED = [
    (DELTA, DELTA | {"sequence_number": 2, "logprobs": [1], "obfuscation": "x"}, False),
    (DELTA, DELTA | {"sequence_number": 2}, True),
    (DELTA | {"logprobs": [1]}, DELTA | {"logprobs": [2]}, True),
    (DELTA, DELTA | {"item_id": "other"}, False),
    (DELTA, DELTA | {"output_index": 1}, False),
    (DELTA, DELTA | {"type": "response.refusal.delta"}, False),
    (DELTA, DELTA | {"delta": None}, False),
    (chunk({"content": "a"}), chunk({"content": "b"}), True),
    (chunk({"content": "a"}) | {"created": 1}, chunk({"content": "b"}) | {"created": 2}, True),
    (chunk({"role": "assistant", "content": "a"}), chunk({"role": "assistant", "content": "b"}), True),
    (chunk({"content": None, "reasoning": "a"}), chunk({"content": None, "reasoning": "b"}), True),
    (chunk({"content": "a"}), chunk({"reasoning": "b"}), False),
    (chunk({"content": "a", "reasoning": "b"}), chunk({"content": "a", "reasoning": "b"}), False),
    (chunk({"content": "a"}), chunk({"content": "b"}, finish_reason="stop"), False),
    (chunk({"content": "a"}), chunk({"content": "b"}, logprobs={"content": []}), False),
    (chunk({"content": "a"}, index=1), chunk({"content": "b"}, index=1), False),
    (chunk({"tool_calls": [{"index": 0}]}), chunk({"tool_calls": [{"index": 0}]}), False),
]


@pytest.mark.parametrize(("one", "other", "is_joined"), JOINED)
async def test_only_deltas_of_one_text_are_joined(one: Any, other: Any, is_joined: bool) -> None:
    async def together(body: bytes) -> AsyncIterator[bytes]:
        yield body

    found = [each.json() async for each in EventDecoder().aiter_bytes(together(in_one(one, other)))]
    assert found != [one, other] if is_joined else found == [one, other]
    assert len(found) == (1 if is_joined else 2)


async def test_text_alone_is_followed_by_a_pause() -> None:
    read: list[str] = []

    async def parts(_: bytes) -> AsyncIterator[bytes]:
        for event in (DELTA, DELTA | {"type": "response.completed", "delta": None}, chunk({"content": "a"})):
            read.append("read")
            yield in_one(event)

    async def pause() -> None:
        read.append("pause")

    async for _ in EventDecoder(pause).aiter_bytes(parts(b"")):
        pass
    assert read == ["read", "pause", "read", "read", "pause"]


@pytest.mark.parametrize("endless", [b"data: " + b"x" * 30_000, b"data: x\r\n" * 3_000])
async def test_an_event_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch, endless: bytes) -> None:
    monkeypatch.setattr(openai_events, "MOST_BYTES", 1_000)
    with pytest.raises(ValueError, match="more than 1,000 bytes"):
        await decoded(openai_events.EventDecoder(), endless, cut(1))
