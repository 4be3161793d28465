"""Reads a stream's entries, with precise types; redis-py's cover every protocol and decoding."""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from agentex_web.computing import computed
from agentex_web.streams.encoding import UnreadableEvent, decode
from agentex_web.streams.events import Event
from agentex_web.streams.keys import FIELD, START

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event and its cursor in the stream."""

    cursor: str
    event: Event


def order(cursor: str) -> tuple[int, int]:
    """Sort key for cursors: milliseconds, and a number within the millisecond."""
    milliseconds, _, number = cursor.partition("-")
    return int(milliseconds), int(number)


PAGE = 500
"""Number of entries read at a time. Parsing a full stream takes 0.45 s of CPU, too long for an event loop."""


async def pages_between(redis: Redis, key: str, first: str, last: str) -> AsyncIterator[list[Entry]]:
    """Yields pages of the entries from ``first`` to ``last``; "(" before ``first`` excludes that entry."""
    while raw := _raw(await redis.xrange(key, min=first, max=last, count=PAGE)):
        yield await computed(readable, raw)
        first = f"({raw[-1][0].decode()}"


async def pages_back(redis: Redis, key: str, last: str) -> AsyncIterator[list[Entry]]:
    """Yields pages of the entries up to ``last``, latest first."""
    while raw := _raw(await redis.xrevrange(key, max=last, count=PAGE)):
        yield await computed(readable, raw)
        last = f"({raw[-1][0].decode()}"


async def last_cursor(redis: Redis, key: str) -> str:
    """The cursor of the last entry."""
    found: Any = await redis.xrevrange(key, count=1)
    return str(found[0][0].decode()) if found else START


async def next_entries(
    redis: Redis, positions: Mapping[str, str], *, count: int, block_milliseconds: int
) -> dict[str, tuple[str, list[Entry]]]:
    """Waits for entries in any of the streams. Returns, by key, the last cursor and the readable entries."""
    streams: Any = positions
    answer: Any = await redis.xread(streams, count=count, block=block_milliseconds)
    found = answer.items() if isinstance(answer, dict) else answer or []
    return {key.decode(): (raw[-1][0].decode(), readable(raw)) for key, raw in found}


async def has_gap(redis: Redis, key: str, cursor: str) -> bool:
    """Whether entries after ``cursor`` are gone: the stream was lost, expired, or trimmed.

    The stream may have been created again, so the cursor must lie within the entries that it holds.
    """
    if not await redis.exists(key):
        return cursor != START
    info: Any = await redis.xinfo_stream(key)
    if cursor == START:
        # True if anything was ever removed. (Redis 6 does not count added entries. Redis 8.2 does not treat
        # trimming as deletion: max-deleted-entry-id stays 0-0.)
        return bool(info.get("entries-added", info["length"]) > info["length"])
    first, last = info["first-entry"][0].decode(), info["last-generated-id"].decode()
    return not order(first) <= order(cursor) <= order(last)


def _raw(found: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    return found or []


def readable(raw: Any) -> list[Entry]:
    """Decodes entries as redis-py returns them; skips those that this version cannot read."""
    found = []
    for entry_id, fields in raw or []:
        # Entries that only wake the reader hold no event.
        if FIELD not in (fields or {}):
            continue
        try:
            found.append(Entry(entry_id.decode(), decode(fields[FIELD])))
        except UnreadableEvent as error:
            _log_once(str(error))
    return found


_logged: set[str] = set()
"""Reasons that this process has logged, at most LOGGED."""
LOGGED = 100


def _log_once(reason: str) -> None:
    if reason not in _logged and len(_logged) < LOGGED:
        _logged.add(reason)
        logger.warning("Stream entries of one kind are skipped, as this version cannot read them: %s", reason)
