"""Writing to a task's stream. Redis carries what happens, so its loss is logged and never raised."""

import asyncio
import logging
from collections.abc import Sequence

from django.conf import settings
from redis.exceptions import RedisError

from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.streams.events import FIELD, Event, MessageDelta, encode, stream_key, utf16_length

logger = logging.getLogger(__name__)

BATCH_SECONDS = 0.03
"""Deltas wait at most this long for company; an eye sees no difference, and Redis a third of the work."""


async def publish(task_id: str, events: Sequence[Event]) -> bool:
    """Adds the events in one round trip; False, and one line in the log, where Redis does not take them."""
    if not events:
        return True
    key = stream_key(task_id)
    try:
        pipeline = redis_client().pipeline(transaction=False)
        for event in events:
            pipeline.xadd(
                key, {FIELD: encode(event)}, maxlen=settings.AGENTEX_STREAM_LENGTH, approximate=True
            )
        if not all(isinstance(event, MessageDelta) for event in events):
            # Whatever begins or ends refreshes the expiry, so that deltas cost one command each.
            pipeline.expire(key, settings.AGENTEX_STREAM_SECONDS)
        await pipeline.execute()
    except (RedisError, ServiceMissing, OSError) as error:
        logger.warning("Task %s: not streamed, Redis is not there (%s)", task_id, error)
        return False
    return True


class DeltaBatcher:
    """Deltas of one model call on their way to the stream: the first at once, then every 30 ms.

    Use as an async context manager; leaving it writes what is left.
    """

    def __init__(self, task_id: str) -> None:
        self._task_id = task_id
        self._waiting: list[Event] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._offsets: dict[str, int] = {}

    async def __aenter__(self) -> "DeltaBatcher":
        self._writer = asyncio.create_task(self._write())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        self._wake.set()
        await self._writer

    def add(self, event: Event) -> None:
        """Any event but a delta, in its place among them."""
        self._waiting.append(event)
        self._wake.set()

    def add_text(self, message: str, text: str) -> None:
        offset = self._offsets.get(message, 0)
        self._offsets[message] = offset + utf16_length(text)
        last = self._waiting[-1] if self._waiting else None
        if isinstance(last, MessageDelta) and last.message == message:
            self._waiting[-1] = MessageDelta(message, last.offset, last.text + text)
        else:
            self._waiting.append(MessageDelta(message, offset, text))
        self._wake.set()

    async def _write(self) -> None:
        while not self._closing:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()
            if not self._closing:
                await asyncio.sleep(BATCH_SECONDS)
        await self._flush()

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        await publish(self._task_id, batch)
