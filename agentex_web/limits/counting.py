"""Counts events within a time window, in one round trip to Redis. Without Redis, each process counts alone.

A window starts with the first hit and ends after ``seconds``; it allows at most ``count`` hits.
"""

import asyncio
import hashlib
import logging
import math
import time
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from agentex_web.limits.local import LocalCounter
from agentex_web.services import ServiceMissing, redis_url
from agentex_web.streams.connection import redis_client

logger = logging.getLogger(__name__)

REDIS_SECONDS = 0.3
"""Longest wait for a count; usually it takes a millisecond, but Redis may hang."""
AWAY_SECONDS = 5.0
"""How long Redis is not used after a failure."""
_COUNT = """
local used = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    left = tonumber(ARGV[1])
    redis.call('PEXPIRE', KEYS[1], left)
end
return {used, left}
"""
"""A script, because a window could end between two commands: the next one would never end."""
_TAKE_BACK = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end"
"""Only if the window still exists: DECR would create a key that never expires."""
_AWAY = (RedisError, ServiceMissing, OSError, TimeoutError)


@dataclass(frozen=True)
class Limit:
    """How often something may happen.

    Attributes:
        name: what is counted; part of the key.
        count: hits allowed in one window; 0 means no limit.
        seconds: length of a window.
    """

    name: str
    count: int
    seconds: int

    def key(self, who: str) -> str:
        """The key in Redis. Hashed, because operators see the keys and ``who`` may be typed by a person."""
        return f"limit:{self.name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"


@dataclass(frozen=True)
class Hit:
    """What counting has found.

    Attributes:
        used: hits in this window, including this one.
        wait: seconds until the window ends.
    """

    used: int
    wait: int

    def exceeds(self, limit: Limit) -> bool:
        return 0 < limit.count < self.used


class _Redis:
    """Tracks whether to use Redis: not for a while after a failure."""

    def __init__(self) -> None:
        self._away_until = 0.0

    def is_asked(self) -> bool:
        return time.monotonic() >= self._away_until

    def failed(self, error: BaseException) -> None:
        self._away_until = time.monotonic() + AWAY_SECONDS
        logger.warning("Redis is unavailable, so each process counts limits for itself (%s)", error)


_local = LocalCounter()
_redis = _Redis()


async def hit(limit: Limit, who: str) -> Hit:
    """Counts a hit for ``who``, from async code."""
    key = limit.key(who)
    if _redis.is_asked():
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                return _hit(await _count(redis_client(), key, limit))
        except _AWAY as error:
            _redis.failed(error)
    return Hit(*_local.hit(key, limit.seconds))


def hit_now(limit: Limit, who: str) -> Hit:
    """Counts a hit for ``who``, from a thread."""
    key = limit.key(who)
    if _redis.is_asked():
        try:
            with _client() as redis:
                return _hit(_count(redis, key, limit))
        except _AWAY as error:
            _redis.failed(error)
    return Hit(*_local.hit(key, limit.seconds))


def take_back(limit: Limit, who: str) -> None:
    """Takes back one hit, from a thread."""
    key = limit.key(who)
    _local.take_back(key)
    if _redis.is_asked():
        try:
            with _client() as redis:
                redis.eval(_TAKE_BACK, 1, key)
        except _AWAY as error:
            _redis.failed(error)


def _count(redis: Any, key: str, limit: Limit) -> Any:
    """What the script returns; awaitable if the client is."""
    return redis.eval(_COUNT, 1, key, 1_000 * limit.seconds)


def _hit(counted: tuple[int, int]) -> Hit:
    used, milliseconds = counted
    return Hit(int(used), max(1, math.ceil(milliseconds / 1_000)))


def _client() -> Redis:
    return Redis.from_url(redis_url(), socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
