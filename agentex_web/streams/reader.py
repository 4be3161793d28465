"""One blocking XREAD for all the tasks that this web process watches (DESIGN.md, invariant 6)."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from agentex_web.services import ServiceMissing, redis_url
from agentex_web.streams.connection import new_client, redis_client
from agentex_web.streams.entries import Entry, entries_between, has_gap, last_cursor, next_entries, order
from agentex_web.streams.events import START, stream_key

logger = logging.getLogger(__name__)

QUEUE_LENGTH = 1_000
"""Batches that may wait for one socket; more means that the browser is too slow, and must resync."""
BLOCK_SECONDS = 5.0
ANSWER_SECONDS = 5.0
"""How much later than that an answer may come: a connection that says nothing for longer is dead, as behind a
firewall that forgot it, and is made anew. So that silence costs 10 s, and a process one command each 5 s."""
BATCH_ENTRIES = 500
RETRY_SECONDS = 1.0


class Resync:
    """Said in place of entries: something was missed, read the conversation anew."""


RESYNC = Resync()


@dataclass(eq=False)
class Subscription:
    """One socket's view of one task: what to send it, in order, bounded."""

    task_id: str
    queue: asyncio.Queue[Entry | Resync] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))
    held: list[Entry | Resync] | None = field(default_factory=list)
    """Live entries that came while earlier ones were still being read; None once that is over."""

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
            # Whatever waits is part of what will be read anew.
            while not self.queue.empty():
                self.queue.get_nowait()
        if self.queue.full():
            self.push(RESYNC)
        else:
            self.queue.put_nowait(item)


class StreamReader:
    """Reads every watched stream over one connection, and hands each entry to its subscriptions."""

    def __init__(self) -> None:
        self._watched: dict[str, set[Subscription]] = {}
        self._positions: dict[str, str] = {}
        self._wake_key = f"wake:{uuid.uuid4()}"
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def subscribe(self, task_id: str, cursor: str) -> AsyncIterator[Subscription]:
        """Everything after ``cursor``; a RESYNC first if that is no longer all there."""
        subscription = Subscription(task_id)
        self._watched.setdefault(task_id, set()).add(subscription)
        try:
            await self._catch_up(subscription, cursor)
            subscription.release()
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._read())
            yield subscription
        finally:
            watchers = self._watched[task_id]
            watchers.discard(subscription)
            if not watchers:
                del self._watched[task_id]
                self._positions.pop(task_id, None)

    async def _catch_up(self, subscription: Subscription, cursor: str) -> None:
        task_id = subscription.task_id
        key = stream_key(task_id)
        try:
            redis = redis_client()
            if await has_gap(redis, key, cursor):
                subscription.push(RESYNC)
                cursor = await last_cursor(redis, key)
            shared = self._positions.setdefault(task_id, cursor)
            if order(cursor) < order(shared):
                # The shared read is further on: what lies between is read for this socket alone.
                for entry in await entries_between(redis, key, cursor, shared):
                    subscription.push(entry)
            await redis.xadd(self._wake_key, {"w": ""}, maxlen=1)
            await redis.expire(self._wake_key, 60)
        except (RedisError, ServiceMissing, OSError):
            self._positions.setdefault(task_id, cursor)

    async def _read(self) -> None:
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
                # The rows go on while Redis is away: every page reads them anew.
                for subscription in [each for watchers in self._watched.values() for each in watchers]:
                    subscription.push_live(RESYNC)

    async def _read_from(self, redis: Redis) -> None:
        wake = START
        while self._watched:
            positions = {
                stream_key(task): at for task, at in self._positions.items() if task in self._watched
            }
            positions[self._wake_key] = wake
            block = int(BLOCK_SECONDS * 1_000)
            found = await next_entries(redis, positions, count=BATCH_ENTRIES, block_milliseconds=block)
            for key, (last, entries) in found.items():
                if key == self._wake_key:
                    wake = last
                elif (task_id := key.removeprefix("stream:")) in self._watched:
                    self._positions[task_id] = last
                    self._hand_out(task_id, entries)

    def _hand_out(self, task_id: str, entries: list[Entry]) -> None:
        for subscription in self._watched[task_id]:
            for entry in entries:
                subscription.push_live(entry)


_readers: WeakKeyDictionary[asyncio.AbstractEventLoop, StreamReader] = WeakKeyDictionary()


def stream_reader() -> StreamReader:
    """The reader of this process (of this event loop: a process has one, tests have several)."""
    return _readers.setdefault(asyncio.get_running_loop(), StreamReader())
