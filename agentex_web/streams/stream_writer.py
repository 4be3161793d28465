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
    await stream_writer().until_due()


class StreamWriter:
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

    def ask(self, batcher: "DeltaBatcher", *, at_once: bool = False) -> None:
        """Writes the batcher's events after the pause, or at once."""
        self._asking[batcher] = None
        if at_once:
            self._at_once.set()
        if self._task is None or self._task.done():
            self._task = in_background(self._write_all(), "Writing to the streams")

    async def until_due(self) -> None:
        """Waits until the calls read again, or not at all if there are few."""
        if len(self.open) <= FEW_CALLS:
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
                accepted = await publish_all([(each.task_id, each.take()) for each in batchers])
            except Exception:
                logger.exception("The output of %s model calls was not streamed", len(batchers))
                accepted = [False] * len(batchers)
            for each, is_accepted in zip(batchers, accepted, strict=True):
                each.written(is_accepted)

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_at(self._written_at + self.pause, self._at_once.set)
        await self._at_once.wait()
        timer.cancel()
        self._at_once.clear()
        self._written_at = loop.time()


_writers: WeakKeyDictionary[asyncio.AbstractEventLoop, StreamWriter] = WeakKeyDictionary()


def stream_writer() -> StreamWriter:
    """The writer of this event loop."""
    return _writers.setdefault(asyncio.get_running_loop(), StreamWriter())
