"""Decodes the events of the OpenAI client's streams by whole events; text that arrived together is one event.

openai 3.57 decodes each event line by line and parses it with the json module, and each event passes through
14 generators of the client, its HTTP library, the SDK and this product. Here the bytes are split into events,
pydantic's parser reads them, and the deltas of one text that came in one read are joined, so that a busy
worker pays for the way to the page once for all of them. Everything that is not a plain event with one line
of JSON is left to the client's own decoder. No upstream issue is known.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Any

from openai._streaming import ServerSentEvent, SSEDecoder, _SSELineDecoder
from pydantic_core import from_json

_PLAIN = re.compile(rb"(?:event: ?([\w.]+)\n)?data: ?(\{[^\r\n]*\})")
_LATEST = frozenset({"sequence_number", "obfuscation", "created", "usage"})
_OF_EACH = _LATEST | {"delta", "logprobs", "choices"}
"""Fields in which two deltas of one text may differ."""
_TEXTS = frozenset({"content", "reasoning_content", "reasoning"})

MOST_BYTES = 100_000_000
"""Limit on one event of a stream, which waits in memory for its end. The largest are pictures."""

Pause = Callable[[], Awaitable[None]]


class EventTooLarge(ValueError):
    """An event of the stream has more than ``MOST_BYTES``."""


class _Parsed(ServerSentEvent):
    """An event whose data is parsed already. It has no text, which only ``[DONE]`` needs."""

    def __init__(self, event: bytes | None, value: dict[str, Any]) -> None:
        super().__init__(event=event.decode() if event else None)
        self._value = value

    def json(self) -> Any:
        return self._value


class EventDecoder:
    """Stands in for the client's SSEDecoder, for one stream.

    Args:
        pause: awaited before more is read after a text delta, so that more arrives to be joined.
    """

    def __init__(self, pause: Pause | None = None) -> None:
        self._pause = pause
        self._buffer = bytearray()
        self._slow = SSEDecoder()
        self._lines: _SSELineDecoder | None = None
        """Reads the rest of a stream that has other line ends than ``\\n``."""
        self._unfinished = 0
        """How many bytes this has read since the last event."""

    async def aiter_bytes(self, iterator: AsyncGenerator[bytes]) -> AsyncIterator[ServerSentEvent]:
        """Yields the events of a body, as the client's decoder does.

        Raises:
            EventTooLarge: one has no end.
        """
        async with aclosing(iterator):
            async for chunk in iterator:
                last = None
                for last in joined(self._events(chunk)):
                    yield last
                if self._pause is not None and isinstance(last, _Parsed) and _is_text(last.json()):
                    await self._pause()
        # Without an empty line at its end, the last event is incomplete and dropped.

    def _events(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        if self._lines is None and b"\r" in chunk:
            self._lines = _SSELineDecoder()
            chunk, self._buffer = bytes(self._buffer) + chunk, bytearray()
        if self._lines is not None:
            self._unfinished += len(chunk)
            for decoded in self._slow._decode_lines(self._lines.feed(chunk)):
                self._unfinished = 0
                yield decoded
            _check_size(self._unfinished)
            return
        known = max(0, len(self._buffer) - 1)
        self._buffer += chunk
        end = self._buffer.rfind(b"\n\n", known)
        if end < 0:
            _check_size(len(self._buffer))
            return
        blocks = bytes(self._buffer[:end]).split(b"\n\n")
        del self._buffer[: end + 2]
        for block in blocks:
            if (event := _plain(block)) is not None:
                yield event
            else:
                yield from self._slow._decode_lines(iter([*block.split(b"\n"), b""]))


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise EventTooLarge(f"an event has more than {MOST_BYTES:,} bytes")


def _plain(block: bytes) -> _Parsed | None:
    """Parses an event; None if only the client's decoder gets it right."""
    found = _PLAIN.fullmatch(block)
    if found is None:
        return None
    try:
        return _Parsed(found[1], from_json(found[2]))
    except ValueError:
        return None  # Such as half a surrogate pair, which the json module accepts.


def joined(events: Iterator[ServerSentEvent]) -> Iterator[ServerSentEvent]:
    """The events, with consecutive deltas of one text as one."""
    last: ServerSentEvent | None = None
    for event in events:
        if isinstance(last, _Parsed) and isinstance(event, _Parsed) and _join(last.json(), event.json()):
            continue
        if last is not None:
            yield last
        last = event
    if last is not None:
        yield last


def _is_text(value: dict[str, Any]) -> bool:
    return isinstance(value.get("delta"), str) or _text_of(value) is not None


def _join(into: dict[str, Any], value: dict[str, Any]) -> bool:
    """Appends the delta ``value`` to another one of the same text, in place. False if it is none."""
    if into.keys() != value.keys() or any(
        each != value[name] for name, each in into.items() if name not in _OF_EACH
    ):
        return False
    if isinstance(into.get("delta"), str) and isinstance(value["delta"], str):
        into["delta"] += value["delta"]
    elif not _join_chunk(into, value):
        return False
    for name in into.keys() & _LATEST:
        into[name] = value[name]
    if isinstance(logprobs := into.get("logprobs"), list):
        logprobs += value["logprobs"] or ()
    return True


def _join_chunk(into: dict[str, Any], value: dict[str, Any]) -> bool:
    """Joins the texts of two chunks of Chat Completions."""
    said, says = _text_of(into), _text_of(value)
    if said is None or says is None or said[:-1] != says[:-1]:
        return False
    into["choices"][0]["delta"][said[0]] += says[-1]
    return True


def _text_of(chunk: dict[str, Any]) -> tuple[Any, ...] | None:
    """Name, accompanying fields and text of a chunk that holds one text and nothing else; else None."""
    match chunk.get("choices"):
        case [{"index": 0, "delta": {**delta}, "finish_reason": None, **rest}] if not any(rest.values()):
            texts = [name for name, each in delta.items() if each and name != "role"]
            if len(texts) == 1 and texts[0] in _TEXTS and isinstance(delta[texts[0]], str):
                return texts[0], delta, delta.pop(texts[0])
    return None
