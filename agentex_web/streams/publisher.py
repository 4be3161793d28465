"""Writing to a task's stream. Redis carries what happens, so its loss is logged and never raised.

Called by agentex_web/journal/record.py for the journal's events, and for what a running call says.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from redis.exceptions import RedisError

from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.streams.events import (
    FIELD,
    Event,
    MessageDelta,
    MessageDone,
    MessageReset,
    MessageStarted,
    encode,
    stream_key,
)
from agentex_web.utf16 import utf16_length

logger = logging.getLogger(__name__)

BATCH_SECONDS = 0.03
"""Deltas wait at most this long for company; an eye sees no difference, and Redis a third of the work."""


RETRY_SECONDS = 0.5
"""Before what Redis did not take is offered again."""


async def publish(task_id: str, events: Sequence[Event]) -> bool:
    """Adds the events in one round trip; False, and one line in the log, where Redis does not take them.

    It takes no delta for a stream that it does not hold: what came before, the beginning too, was lost.
    """
    if not events:
        return True
    key = stream_key(task_id)
    try:
        pipeline = redis_client().pipeline(transaction=False)
        for event in events:
            pipeline.xadd(
                key,
                {FIELD: encode(event)},
                maxlen=settings.AGENTEX_STREAM_LENGTH,
                approximate=True,
                nomkstream=isinstance(event, MessageDelta),
            )
        if not all(isinstance(event, MessageDelta) for event in events):
            # Whatever begins or ends refreshes the expiry, so that deltas cost one command each.
            pipeline.expire(key, settings.AGENTEX_STREAM_SECONDS)
        taken = await pipeline.execute()
    except (RedisError, ServiceMissing, OSError) as error:
        logger.warning("Task %s: not streamed, Redis is not there (%s)", task_id, error)
        return False
    return None not in taken


@dataclass
class _UnderWay:
    started: MessageStarted
    parts: list[str] = field(default_factory=list)


class DeltaBatcher:
    """Deltas of one model call on their way to the stream: the first at once, then every 30 ms.

    If Redis loses them, each message under way is started again with its whole text, until Redis accepts it.
    Use as an async context manager; leaving it writes what is left.
    """

    def __init__(self, task_id: str, attempt: int) -> None:
        self._task_id = task_id
        self._attempt = attempt
        self._waiting: list[Event] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._lost = False
        self._offsets: dict[str, int] = {}
        self._under_way: dict[str, _UnderWay] = {}

    async def __aenter__(self) -> "DeltaBatcher":
        self._writer = asyncio.create_task(self._write())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        self._wake.set()
        await self._writer

    def add(self, event: Event) -> None:
        """Any event but a delta, in its place among them."""
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
        self._wake.set()

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
        self._wake.set()

    async def _write(self) -> None:
        while not self._closing:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()
            if self._lost:
                self._wake.set()
            if not self._closing:
                await asyncio.sleep(RETRY_SECONDS if self._lost else BATCH_SECONDS)
        await self._flush()

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        if self._lost:
            rest = [each for each in batch if not isinstance(each, MessageStarted | MessageDelta)]
            batch = [*rest, *self._restarted()]
        self._lost = not await publish(self._task_id, batch)

    def _restarted(self) -> Iterator[Event]:
        for message, under_way in self._under_way.items():
            yield under_way.started
            if under_way.parts:
                yield MessageDelta(message, 0, "".join(under_way.parts), self._attempt)
