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
                pipeline = redis_client().pipeline(transaction=False)
                return _hit(await _commands(pipeline, key, limit.seconds).execute())
        except _AWAY as error:
            _redis.failed(error)
    return Hit(*_local.hit(key, limit.seconds))


def hit_now(limit: Limit, who: str) -> Hit:
    """Counts a hit for ``who``, from a thread."""
    key = limit.key(who)
    if _redis.is_asked():
        try:
            with _client() as redis:
                return _hit(_commands(redis.pipeline(transaction=False), key, limit.seconds).execute())
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
                # Only if the window still exists: DECR would create a key that never expires.
                redis.eval(
                    "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end", 1, key
                )
        except _AWAY as error:
            _redis.failed(error)


def _commands(pipeline: Any, key: str, seconds: int) -> Any:
    pipeline.set(key, 0, ex=seconds, nx=True)
    pipeline.incr(key)
    pipeline.pttl(key)
    return pipeline


def _hit(answers: list[Any]) -> Hit:
    _, used, milliseconds = answers
    return Hit(int(used), max(1, math.ceil(milliseconds / 1_000)))


def _client() -> Redis:
    return Redis.from_url(redis_url(), socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
