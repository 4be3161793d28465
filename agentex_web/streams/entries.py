"""Reading a stream's entries, with types: redis-py's own allow for every protocol and decoding."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from agentex_web.streams.events import FIELD, START, Event, UnreadableEvent, decode

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event and where it stands in its stream."""

    cursor: str
    event: Event


def order(cursor: str) -> tuple[int, int]:
    """Cursors compare by this: milliseconds and a number within them."""
    milliseconds, _, number = cursor.partition("-")
    return int(milliseconds), int(number)


async def entries_between(redis: Redis, key: str, after: str, to: str) -> list[Entry]:
    """What follows ``after``, up to and with ``to``."""
    return readable(await redis.xrange(key, min=f"({after}", max=to))


async def entries_since(redis: Redis, key: str, milliseconds: int, to: str) -> list[Entry]:
    """What was added from a moment on (Unix time in milliseconds), up to and with ``to``."""
    return readable(await redis.xrange(key, min=f"{milliseconds}-0", max=to))


async def entries_back(redis: Redis, key: str, to: str, count: int) -> list[Entry]:
    """The last entries up to ``to`` (with it, or without it if it begins with a bracket), latest first."""
    return readable(await redis.xrevrange(key, max=to, count=count))


async def last_cursor(redis: Redis, key: str) -> str:
    """The cursor of somebody who has seen everything."""
    found: Any = await redis.xrevrange(key, count=1)
    return str(found[0][0].decode()) if found else START


async def next_entries(
    redis: Redis, positions: Mapping[str, str], *, count: int, block_milliseconds: int
) -> dict[str, tuple[str, list[Entry]]]:
    """Waits for entries of any of the streams: by key, the last cursor and the events that are known here."""
    streams: Any = positions
    answer: Any = await redis.xread(streams, count=count, block=block_milliseconds)
    found = answer.items() if isinstance(answer, dict) else answer or []
    return {key.decode(): (raw[-1][0].decode(), readable(raw)) for key, raw in found}


async def has_gap(redis: Redis, key: str, cursor: str) -> bool:
    """Whether entries after ``cursor`` are gone: the stream was lost, expired, or cut at its length.

    It may have begun anew since, so a cursor must lie within what it holds.
    """
    if not await redis.exists(key):
        return cursor != START
    info: Any = await redis.xinfo_stream(key)
    if cursor == START:
        # All that was ever added is there. (Redis 6 does not count it. What a length cuts off is no deletion
        # to Redis 8.2, whose max-deleted-entry-id stays 0-0.)
        return bool(info.get("entries-added", info["length"]) > info["length"])
    first, last = info["first-entry"][0].decode(), info["last-generated-id"].decode()
    return not order(first) <= order(cursor) <= order(last)


def readable(raw: Any) -> list[Entry]:
    """The events of entries as redis-py returns them, without those that this version cannot read."""
    found = []
    for entry_id, fields in raw or []:
        try:
            found.append(Entry(entry_id.decode(), decode((fields or {}).get(FIELD, b""))))
        except UnreadableEvent as error:
            _log_once(str(error))
    return found


_logged: set[str] = set()
"""Reasons that this process has logged, at most LOGGED of them."""
LOGGED = 100


def _log_once(reason: str) -> None:
    if reason not in _logged and len(_logged) < LOGGED:
        _logged.add(reason)
        logger.warning("Stream entries of one kind are skipped, as this version cannot read them: %s", reason)
