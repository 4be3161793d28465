"""One blocking XREAD for all the tasks that this web process watches (invariant: one reader per process)."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from agentex_web.background import in_background, supervised
from agentex_web.services import ServiceMissing, redis_url
from agentex_web.streams.connection import new_client, redis_client
from agentex_web.streams.entries import Entry, has_gap, last_cursor, next_entries, order, pages_between
from agentex_web.streams.keys import START, UNKNOWN, stream_key

logger = logging.getLogger(__name__)

QUEUE_LENGTH = 1_000
"""Limit on entries that wait for one subscriber. With more, it is too slow, and its pages must resync."""
BLOCK_SECONDS = 5.0
ANSWER_SECONDS = 5.0
"""An XREAD that is this late means a dead connection, such as one that a firewall dropped; the reader then
connects again. So a dead connection costs 10 s, and an idle process one command every 5 s."""
BATCH_ENTRIES = 500
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Resync:
    """Sent in place of entries if some were missed: the page must read the conversation again.

    Attributes:
        cursor: the entries that follow come after this one.
    """

    cursor: str = START


RESYNC = Resync()


@dataclass(eq=False)
class Subscription:
    """What one subscriber gets of one stream.

    Attributes:
        cursor: it has all entries up to this one.
        queue: what is to be sent to it, in order, of limited length.
        held: live entries that are held back while earlier ones are read for it; None afterwards.
    """

    task_id: str
    cursor: str
    queue: asyncio.Queue[Entry | Resync] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))
    held: list[Entry | Resync] | None = field(default_factory=list)

    def push_live(self, item: Entry | Resync) -> None:
        if self.held is None:
            self.push(item)
        else:
            self.held.append(item)

    def release(self) -> None:
        held, self.held = self.held or [], None
        for item in held:
            self.push(item)

    def push(self, item: Entry | Resync) -> None:
        if isinstance(item, Resync):
            # What waits will be part of what the page reads again.
            while not self.queue.empty():
                self.queue.get_nowait()
            item = Resync(self.cursor)
        elif order(item.cursor) <= order(self.cursor):
            return
        else:
            self.cursor = item.cursor
        if self.queue.full():
            self.push(RESYNC)
        else:
            self.queue.put_nowait(item)


@dataclass(eq=False)
class _Watched:
    """A stream that is being read: its subscriptions, and the position up to which it was read for them.

    Only `StreamReader._take` advances ``position``, and only if the read started there. A read that started
    for an earlier object of the same stream, or at another position, is discarded.
    """

    task_id: str
    position: str
    subscriptions: set[Subscription] = field(default_factory=set)


class StreamReader:
    """Reads all watched streams over one connection, and passes each entry to its subscriptions."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}
        """Watched streams by the stream's key."""
        self._wake_key = f"wake:{uuid.uuid4()}"
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def subscribe(
        self, task_id: str, cursor: str, *, is_moment: bool = False
    ) -> AsyncIterator[Subscription]:
        """Subscribes to everything after ``cursor``; begins with a RESYNC if part of that is gone.

        Args:
            is_moment: the cursor is a point in time, not an entry's cursor, so a gap cannot be detected.
        """
        subscription = Subscription(task_id, cursor)
        await self._start(subscription, is_moment)
        try:
            yield subscription
        finally:
            self._remove(subscription)

    async def _start(self, subscription: Subscription, is_moment: bool) -> None:
        key = stream_key(subscription.task_id)
        try:
            redis = redis_client()
            if not is_moment and await has_gap(redis, key, subscription.cursor):
                subscription.cursor = await last_cursor(redis, key)
                subscription.push(RESYNC)
        except (RedisError, ServiceMissing, OSError):
            # The reader will fail too, and make every page resync.
            if subscription.cursor == UNKNOWN:
                subscription.cursor = START
        watched = self._watched.setdefault(key, _Watched(subscription.task_id, subscription.cursor))
        watched.subscriptions.add(subscription)
        try:
            await self._catch_up(subscription, key, watched.position)
            subscription.release()
            if self._task is None or self._task.done():
                self._task = in_background(supervised("The stream reader", self._read), "The stream reader")
        except BaseException:
            self._remove(subscription)
            raise

    async def _catch_up(self, subscription: Subscription, key: str, shared: str) -> None:
        """Reads, for this subscriber only, the entries that the shared read has already passed."""
        try:
            redis = redis_client()
            if order(subscription.cursor) < order(shared):
                async for entries in pages_between(redis, key, f"({subscription.cursor}", shared):
                    for entry in entries:
                        subscription.push(entry)
            await redis.xadd(self._wake_key, {"w": ""}, maxlen=1)
            await redis.expire(self._wake_key, 60)
        except (RedisError, ServiceMissing, OSError):
            subscription.push(RESYNC)

    def _remove(self, subscription: Subscription) -> None:
        key = stream_key(subscription.task_id)
        watched = self._watched.get(key)
        if watched is not None:
            watched.subscriptions.discard(subscription)
            if not watched.subscriptions:
                del self._watched[key]

    async def _read(self) -> None:
        """Reads until nothing is watched. After a failure all pages resync, as entries may be missing."""
        while self._watched:
            try:
                redis = new_client(redis_url(), timeout=BLOCK_SECONDS + ANSWER_SECONDS)
                try:
                    await self._read_from(redis)
                finally:
                    await redis.aclose()
            except (RedisError, ServiceMissing, OSError) as error:
                logger.warning("Streams cannot be read, trying again: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
                self._resync_all()
            except Exception:
                self._resync_all()
                raise

    def _resync_all(self) -> None:
        for watched in self._watched.values():
            for subscription in watched.subscriptions:
                subscription.push_live(RESYNC)

    async def _read_from(self, redis: Redis) -> None:
        wake = START
        while self._watched:
            asked = {key: (watched, watched.position) for key, watched in self._watched.items()}
            positions = {key: position for key, (_, position) in asked.items()} | {self._wake_key: wake}
            block = int(BLOCK_SECONDS * 1_000)
            found = await next_entries(redis, positions, count=BATCH_ENTRIES, block_milliseconds=block)
            wake, _ = found.pop(self._wake_key, (wake, []))
            for key, (last, entries) in found.items():
                self._take(key, *asked[key], last, entries)

    def _take(self, key: str, watched: _Watched, asked: str, last: str, entries: list[Entry]) -> None:
        if self._watched.get(key) is not watched or watched.position != asked:
            # All subscribers left during the read, and a new one came with another cursor.
            return
        watched.position = last
        for subscription in watched.subscriptions:
            for entry in entries:
                subscription.push_live(entry)


_readers: WeakKeyDictionary[asyncio.AbstractEventLoop, StreamReader] = WeakKeyDictionary()


def stream_reader() -> StreamReader:
    """The reader of this event loop. A process has one loop; tests have several."""
    return _readers.setdefault(asyncio.get_running_loop(), StreamReader())
