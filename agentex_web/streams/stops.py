"""Delivers a Stop to model calls at once: through Redis, in addition to the signal to the workflow.

A cancellation through Temporal arrives with the next heartbeat, seconds later.
"""

import asyncio
import logging
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from agentex_web.failure_types import CALL_TAKEN_BACK, TURN_OVER, TURN_STOPPED
from agentex_web.positions import END, GROUP
from agentex_web.services import ServiceMissing, redis_url
from agentex_web.streams.connection import COMMAND_SECONDS, new_client, redis_client

logger = logging.getLogger(__name__)

CHANNEL = "agentex:stop"
RETRY_SECONDS = 1.0
SILENT_SECONDS = 5.0
"""After this much silence a ping checks the connection, which has as long again to answer."""


class StoppableCall:
    """A call that can be ended from outside: its task is cancelled, and ``reason`` is set.

    Attributes:
        reason: the type of the error to end with.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.stopped = False
        self.reason = TURN_STOPPED
        self._task = asyncio.current_task()

    def end(self, before: str, reason: str = TURN_STOPPED) -> None:
        """Ends the call if its position in the turn is before ``before``; END ends every call."""
        if not self.stopped and self.path < before and self._task is not None:
            self.stopped = True
            self.reason = reason if before == END else CALL_TAKEN_BACK
            self._task.cancel()


REMEMBERED = 1_000
"""Number of turns whose Stop is remembered, for calls that begin just after it."""

_stopped: OrderedDict[tuple[str, int], str] = OrderedDict()
"""Keyed by turn id and ``continued`` count, because a stopped turn may be continued later."""
_calls: defaultdict[str, set[StoppableCall]] = defaultdict(set)


@contextmanager
def stoppable(
    turn_id: str, path: str, continued: int = 0, *, undoes: bool = False
) -> Iterator[StoppableCall]:
    """Cancels the task that runs in the block when a person stops the turn, or the call is taken back.

    Args:
        path: the path of the call in its turn.
        continued: how often the turn was continued after a cut answer.
        undoes: the call undoes what the turn has done. No Stop before or after *Stop and undo* ends it.
    """
    call = StoppableCall(path)
    if undoes:
        yield call
        return
    _calls[turn_id].add(call)
    call.end(_stopped.get((turn_id, continued), ""))
    try:
        yield call
    finally:
        _calls[turn_id].discard(call)
        if not _calls[turn_id]:
            del _calls[turn_id]


def end_calls_of(turn_id: str) -> None:
    """Ends the calls of a turn in this process, because the record says that the turn is over."""
    for call in list(_calls.get(turn_id, ())):
        call.end(END, TURN_OVER)


def stop_here(turn_id: str, continued: int, before: str = END) -> None:
    """Ends the turn's calls before a position in this process, and those that begin just after it."""
    key = (turn_id, continued)
    _stopped[key] = max(before, _stopped.get(key, ""))
    if len(_stopped) > REMEMBERED:
        _stopped.popitem(last=False)
    for call in list(_calls.get(turn_id, ())):
        call.end(before)


async def announce_stop(turn_id: str, before: str = END, continued: int = 0) -> None:
    """Ends the turn's calls before a position, in every worker that Redis reaches; others hear from Temporal.

    Args:
        continued: how often the turn was continued after a cut answer.
    """
    try:
        await redis_client().publish(CHANNEL, f"{turn_id} {before} {continued}")
    except (RedisError, ServiceMissing, OSError) as error:
        logger.warning(
            "Turn %s: the stop goes through Temporal alone, Redis is unavailable (%s)", turn_id, error
        )


async def listen_for_stops() -> None:
    """Ends the calls of stopped turns while the worker runs."""
    while True:
        try:
            url = redis_url()
            async with new_client(url, timeout=COMMAND_SECONDS) as redis, redis.pubsub() as channel:
                await channel.subscribe(CHANNEL)
                async for message in _messages(channel):
                    turn_id, before, continued = (*message.split(" "), "", "")[:3]
                    # Workers of an earlier version send "inf" or a number, and nothing after it.
                    is_position = before.isdigit() and len(before) >= GROUP
                    stop_here(turn_id, int(continued or 0), before if is_position else END)
        except (RedisError, ServiceMissing, OSError) as error:
            logger.warning("Stops arrive through Temporal alone, Redis is unavailable (%s)", error)
            await asyncio.sleep(RETRY_SECONDS)


async def _messages(channel: PubSub) -> AsyncIterator[str]:
    """Yields the messages on the channel while the connection is alive.

    Raises:
        RedisTimeout: the connection is dead, for example because a firewall dropped it.
    """
    asked = False
    while True:
        message = await channel.get_message(timeout=SILENT_SECONDS)
        if message is None:
            if asked:
                raise RedisTimeout("the connection is silent")
            await channel.ping()
        elif message["type"] == "message":
            yield message["data"].decode()
        asked = message is None
