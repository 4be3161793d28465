"""The deltas of one model call on their way to the stream; stream_writer.py writes those of all calls."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentex_web.streams.events import Event, MessageDelta, MessageDone, MessageReset, MessageStarted
from agentex_web.streams.stream_writer import stream_writer
from agentex_web.utf16 import utf16_length

RETRY_SECONDS = 0.5
"""Pause before events that Redis did not accept are sent again."""


@dataclass
class _UnderWay:
    """A message that has begun and not ended."""

    started: MessageStarted
    parts: list[str] = field(default_factory=list)


class DeltaBatcher:
    """Collects the deltas of one model call for the stream.

    If Redis loses them, each message under way is started again with its whole text, until Redis accepts it.
    Use as an async context manager; leaving it writes what is left.
    """

    def __init__(self, task_id: str, attempt: int) -> None:
        self.task_id = task_id
        self._attempt = attempt
        self._waiting: list[Event] = []
        """What the writer has not taken yet."""
        self._lost = False
        """True from a write that Redis did not accept to the next one that it accepts."""
        self._offsets: dict[str, int] = {}
        """Where the next text of each message begins."""
        self._under_way: dict[str, _UnderWay] = {}

    async def __aenter__(self) -> "DeltaBatcher":
        self._loop = asyncio.get_running_loop()
        self._writer = stream_writer()
        self._writer.open.add(self)
        self._taken_at = 0.0
        self._took_last = False
        """True if the writer took events after the block had ended, so that nothing can follow them."""
        self._closed: asyncio.Future[None] | None = None
        """Exists once the block has ended; done when what was left is written."""
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.open.discard(self)
        self._closed = self._loop.create_future()
        self._writer.ask(self, at_once=True)
        await self._closed

    def add(self, event: Event) -> None:
        """Adds an event other than a delta, in order with the deltas."""
        match event:
            case MessageStarted():
                self._under_way[event.message] = _UnderWay(event)
            case MessageDone():
                self._under_way.pop(event.message, None)
            case MessageReset():
                self._under_way.clear()
            case _:
                pass
        self._waiting.append(event)
        self._ask(at_once=self._has_rested)

    def add_text(self, message: str, text: str) -> None:
        """Adds text to a message; joins it with the text that still waits."""
        offset = self._offsets.get(message, 0)
        self._offsets[message] = offset + utf16_length(text)
        if message in self._under_way:
            self._under_way[message].parts.append(text)
        last = self._waiting[-1] if self._waiting else None
        if isinstance(last, MessageDelta) and last.message == message:
            self._waiting[-1] = MessageDelta(message, last.offset, last.text + text, self._attempt)
        else:
            self._waiting.append(MessageDelta(message, offset, text, self._attempt))
        self._ask(at_once=not offset or self._has_rested)

    @property
    def _has_rested(self) -> bool:
        return self._loop.time() - self._taken_at > self._writer.pause

    def _ask(self, *, at_once: bool) -> None:
        if not self._lost:
            self._writer.ask(self, at_once=at_once)

    def take(self) -> list[Event]:
        """Returns what to write now. Called by the writer."""
        batch, self._waiting = self._waiting, []
        self._taken_at = self._loop.time()
        self._took_last = self._closed is not None
        if self._lost:
            rest = [each for each in batch if not isinstance(each, MessageStarted | MessageDelta)]
            batch = [*rest, *self._restarted()]
        return batch

    def written(self, accepted: bool) -> None:
        """Notes whether Redis accepted what ``take`` returned. Called by the writer."""
        self._lost = not accepted
        if self._closed is not None:
            # Not done if the last write began before the block ended: the rest is still to be written.
            if self._took_last and not self._closed.done():
                self._closed.set_result(None)
        elif self._lost:
            self._loop.call_later(RETRY_SECONDS, self._writer.ask, self)

    def _restarted(self) -> Iterator[Event]:
        for message, under_way in self._under_way.items():
            yield under_way.started
            if under_way.parts:
                yield MessageDelta(message, 0, "".join(under_way.parts), self._attempt)
