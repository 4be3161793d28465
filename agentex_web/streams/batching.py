"""Writes the deltas of model calls to the streams, in batches for all calls of the process.

The first text of each message is written at once. Later text is collected for 30 ms if few calls are under
way, and longer if there are many, so that a busy process does less work per token. What models say meanwhile
is not even read then (`until_next_read`).
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from agentex_web.background import in_background
from agentex_web.streams.events import Event, MessageDelta, MessageDone, MessageReset, MessageStarted
from agentex_web.streams.publisher import publish_all
from agentex_web.utf16 import utf16_length

logger = logging.getLogger(__name__)

BATCH_SECONDS = 0.03
"""Too short to be seen, and a third of the work for Redis."""
CALL_SECONDS = 0.0018
LONGEST_SECONDS = 0.09
"""From the 17th call on, each one under way lengthens the pause by CALL_SECONDS, up to LONGEST_SECONDS."""
READ_SECONDS = 0.005
"""How long the calls read together before what they have read is written."""
RETRY_SECONDS = 0.5
"""Pause before events that Redis did not accept are sent again."""


@dataclass
class _UnderWay:
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
        self._lost = False
        self._offsets: dict[str, int] = {}
        self._under_way: dict[str, _UnderWay] = {}

    async def __aenter__(self) -> "DeltaBatcher":
        self._loop = asyncio.get_running_loop()
        self._writer = _writer()
        self._writer.open.add(self)
        self._written_at = 0.0
        self._is_last = False
        self._closed: asyncio.Future[None] | None = None
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
        return self._loop.time() - self._written_at > self._writer.pause

    def _ask(self, *, at_once: bool) -> None:
        if not self._lost:
            self._writer.ask(self, at_once=at_once)

    def take(self) -> list[Event]:
        """Returns what to write now. Called by the writer."""
        batch, self._waiting = self._waiting, []
        self._written_at = self._loop.time()
        self._is_last = self._closed is not None
        if self._lost:
            rest = [each for each in batch if not isinstance(each, MessageStarted | MessageDelta)]
            batch = [*rest, *self._restarted()]
        return batch

    def written(self, taken: bool) -> None:
        """Notes whether Redis accepted what was taken. Called by the writer."""
        self._lost = not taken
        if self._closed is not None:
            # Not done if the last write began before the block ended: the rest is still to be written.
            if self._is_last and not self._closed.done():
                self._closed.set_result(None)
        elif self._lost:
            self._loop.call_later(RETRY_SECONDS, self._writer.ask, self)

    def _restarted(self) -> Iterator[Event]:
        for message, under_way in self._under_way.items():
            yield under_way.started
            if under_way.parts:
                yield MessageDelta(message, 0, "".join(under_way.parts), self._attempt)


async def until_next_read() -> None:
    """Waits until all calls read again, if many are under way.

    Text that a call reads earlier would wait for the next write in any case.
    """
    await _writer().until_due()


class _Writer:
    """Writes the events of an event loop's batchers, one pipeline after the other.

    Attributes:
        open: the batchers of the calls under way.
    """

    def __init__(self) -> None:
        self.open: set[DeltaBatcher] = set()
        self._asking: dict[DeltaBatcher, None] = {}
        self._at_once = asyncio.Event()
        self._written_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._read_at = 0.0
        self._due = asyncio.Event()
        self._due_timer: asyncio.TimerHandle | None = None

    @property
    def pause(self) -> float:
        """Seconds between two writes."""
        return min(LONGEST_SECONDS, max(BATCH_SECONDS, CALL_SECONDS * len(self.open)))

    def ask(self, batcher: DeltaBatcher, *, at_once: bool = False) -> None:
        """Writes the batcher's events after the pause, or at once."""
        self._asking[batcher] = None
        if at_once:
            self._at_once.set()
        if self._task is None or self._task.done():
            self._task = in_background(self._write_all(), "Writing to the streams")

    async def until_due(self) -> None:
        """Waits until the calls read again, or not at all if the pause is BATCH_SECONDS."""
        if self.pause <= BATCH_SECONDS:
            return
        if self._due_timer is None:
            # Not from the last write on: a call that has just read asks before that is written, and would
            # read again at once.
            at = self._read_at + self.pause
            self._due_timer = asyncio.get_running_loop().call_at(at, self._let_read)
        await self._due.wait()

    def _let_read(self) -> None:
        loop = asyncio.get_running_loop()
        self._due_timer, self._read_at = None, loop.time()
        self._due.set()
        self._due.clear()
        loop.call_later(READ_SECONDS, self._write_read)

    def _write_read(self) -> None:
        if self._asking:
            self._at_once.set()

    async def _write_all(self) -> None:
        while self._asking:
            await self._wait()
            batchers, self._asking = list(self._asking), {}
            try:
                taken = await publish_all([(each.task_id, each.take()) for each in batchers])
            except Exception:
                logger.exception("The output of %s model calls was not streamed", len(batchers))
                taken = [False] * len(batchers)
            for each, is_taken in zip(batchers, taken, strict=True):
                each.written(is_taken)

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_at(self._written_at + self.pause, self._at_once.set)
        await self._at_once.wait()
        timer.cancel()
        self._at_once.clear()
        self._written_at = loop.time()


_writers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Writer] = WeakKeyDictionary()


def _writer() -> _Writer:
    """The writer of this event loop."""
    return _writers.setdefault(asyncio.get_running_loop(), _Writer())
