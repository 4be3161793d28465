"""Writes the deltas of model calls to the streams, in batches for all calls of the process.

The first text of each message is written at once. Later text is collected for 50 ms if few calls are under
way, and longer if there are many, so that a busy process does less work per token. With many calls, the text
is not even read from the network until shortly before the next write (`until_next_read`).
"""

import asyncio
import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from agentex_web.background import in_background
from agentex_web.streams.publisher import publish_all

if TYPE_CHECKING:
    from agentex_web.streams.batching import DeltaBatcher

logger = logging.getLogger(__name__)

BATCH_SECONDS = 0.05
"""A page shows new text as often as that (chat/live_text.py SHORTEST)."""
CALL_SECONDS = 0.0018
LONGEST_SECONDS = 0.08
"""From the 28th call on, each one under way lengthens the pause by CALL_SECONDS, up to LONGEST_SECONDS."""
FEW_CALLS = 16
"""With more, all streams are read together, shortly before the next write."""
READ_SECONDS = 0.005
"""How long the calls read together before what they have read is written."""


async def until_next_read() -> None:
    """Waits until all calls read again, if many are under way.

    Text that a call reads earlier would wait for the next write in any case.
    """
    await stream_writer().reads.next_round()


class StreamWriter:
    """Writes the events of an event loop's batchers, one pipeline after the other.

    Attributes:
        open: the batchers of the calls under way.
        reads: when these calls read their streams.
    """

    def __init__(self) -> None:
        self.open: set[DeltaBatcher] = set()
        self.reads = ReadRounds(self)
        self._with_events: dict[DeltaBatcher, None] = {}
        """The batchers that have something to write, in order."""
        self._write_now = asyncio.Event()
        self._last_write = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def pause(self) -> float:
        """Seconds between two writes."""
        return min(LONGEST_SECONDS, max(BATCH_SECONDS, CALL_SECONDS * len(self.open)))

    def ask(self, batcher: "DeltaBatcher", *, at_once: bool = False) -> None:
        """Writes the batcher's events after the pause, or at once."""
        self._with_events[batcher] = None
        if at_once:
            self._write_now.set()
        if self._task is None or self._task.done():
            self._task = in_background(self._write_all(), "Writing to the streams")

    def write_now(self) -> None:
        """Ends the pause, if any batcher has events."""
        if self._with_events:
            self._write_now.set()

    async def _write_all(self) -> None:
        while self._with_events:
            await self._pause()
            batchers, self._with_events = list(self._with_events), {}
            try:
                accepted = await publish_all([(each.task_id, each.take()) for each in batchers])
            except Exception:
                logger.exception("The output of %s model calls was not streamed", len(batchers))
                accepted = [False] * len(batchers)
            for each, is_accepted in zip(batchers, accepted, strict=True):
                each.written(is_accepted)

    async def _pause(self) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_at(self._last_write + self.pause, self._write_now.set)
        await self._write_now.wait()
        timer.cancel()
        self._write_now.clear()
        self._last_write = loop.time()


class ReadRounds:
    """The moments at which all calls read their streams, if many are under way: shortly before each write."""

    def __init__(self, writer: StreamWriter) -> None:
        self._writer = writer
        self._round = asyncio.Event()
        self._last_round = 0.0
        self._timer: asyncio.TimerHandle | None = None
        """Begins the next round, if a call waits for it."""

    async def next_round(self) -> None:
        """Waits until the calls read again, or not at all if there are few."""
        if len(self._writer.open) <= FEW_CALLS:
            return
        if self._timer is None:
            # A pause after the last round, not after the last write: a call that has just read asks before
            # that is written, and would read again at once.
            at = self._last_round + self._writer.pause
            self._timer = asyncio.get_running_loop().call_at(at, self._begin)
        await self._round.wait()

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer, self._last_round = None, loop.time()
        # Wakes the calls that wait now; those that ask from now on wait for the next round.
        self._round.set()
        self._round.clear()
        loop.call_later(READ_SECONDS, self._writer.write_now)


_writers: WeakKeyDictionary[asyncio.AbstractEventLoop, StreamWriter] = WeakKeyDictionary()


def stream_writer() -> StreamWriter:
    """The writer of this event loop."""
    return _writers.setdefault(asyncio.get_running_loop(), StreamWriter())
