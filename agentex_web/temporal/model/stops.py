"""A Stop reaches the model call at once: through Redis, beside the signal to the workflow.

A cancellation by Temporal comes with the next heartbeat, seconds later (DESIGN.md).
"""

import asyncio
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError

from agentex_web.services import ServiceMissing, redis_url
from agentex_web.streams.connection import new_client, redis_client

logger = logging.getLogger(__name__)

CHANNEL = "agentex:stop"
RETRY_SECONDS = 1.0


class StoppableCall:
    """A model call that a Stop may end: it is cancelled, and told why."""

    def __init__(self) -> None:
        self.stopped = False
        self._task = asyncio.current_task()

    def stop(self) -> None:
        if not self.stopped and self._task is not None:
            self.stopped = True
            self._task.cancel()


REMEMBERED = 1_000
"""Turns whose Stop is remembered, for a call that begins just after it."""

_stopped: OrderedDict[str, None] = OrderedDict()
_calls: defaultdict[str, set[StoppableCall]] = defaultdict(set)


@contextmanager
def stoppable(turn_id: str) -> Iterator[StoppableCall]:
    """Within it, the running task is cancelled when somebody stops the turn."""
    call = StoppableCall()
    _calls[turn_id].add(call)
    if turn_id in _stopped:
        call.stop()
    try:
        yield call
    finally:
        _calls[turn_id].discard(call)
        if not _calls[turn_id]:
            del _calls[turn_id]


def _stop(turn_id: str) -> None:
    _stopped[turn_id] = None
    if len(_stopped) > REMEMBERED:
        _stopped.popitem(last=False)
    for call in list(_calls.get(turn_id, ())):
        call.stop()


async def announce_stop(turn_id: str) -> None:
    """Tells every worker. One that is not told hears of it from Temporal."""
    try:
        await redis_client().publish(CHANNEL, turn_id)
    except (RedisError, ServiceMissing, OSError) as error:
        logger.warning(
            "Turn %s: the stop goes through Temporal alone, Redis is not there (%s)", turn_id, error
        )


async def listen_for_stops() -> None:
    """Ends the calls of turns that are stopped; runs as long as the worker."""
    while True:
        try:
            async with new_client(redis_url(), timeout=None) as redis, redis.pubsub() as channel:
                await channel.subscribe(CHANNEL)
                async for message in channel.listen():
                    if message["type"] == "message":
                        _stop(message["data"].decode())
        except (RedisError, ServiceMissing, OSError):
            await asyncio.sleep(RETRY_SECONDS)
