"""Which parts answer: for the banner on the page and for /healthz."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from agentex_web.delivery.client import temporal_is_there
from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.tasks.agents import worker_is_alive
from agentex_web.tasks.threads import in_database

CACHE_SECONDS = 2.0
CHECK_SECONDS = 3.0

SENTENCES = {
    "database": "Chats cannot be loaded or saved at the moment.",
    "redis": "Live updates are off: answers appear when they are complete.",
    "temporal": "Agents cannot be reached. Your messages are saved and will be delivered when they are back.",
    "worker": "Agents are offline. Your messages are saved and will be answered when they are back.",
}
CAUSES = {
    "database": "The database cannot be reached.",
    "redis": "Redis cannot be reached.",
    "temporal": "Temporal cannot be reached.",
    "worker": "No worker is running.",
}
"""What staff read too."""


@dataclass
class Health:
    """``up`` says of each part whether it answers."""

    up: dict[str, bool]

    @property
    def missing(self) -> list[str]:
        """The parts that do not answer."""
        return [part for part, up in self.up.items() if not up]

    def missing_for(self, *, is_staff: bool) -> dict[str, str]:
        """By part that does not answer: what that means for the reader, for staff also why."""
        return {
            part: f"{CAUSES[part]} {SENTENCES[part]}" if is_staff else SENTENCES[part]
            for part in self.missing
        }


_last: tuple[float, Health] | None = None


async def health() -> Health:
    """Asks every part, at most every two seconds; what is missing is asked for anew each time."""
    global _last  # noqa: PLW0603  (the only writer)
    if _last is None or _last[1].missing or time.monotonic() - _last[0] > CACHE_SECONDS:
        answers = await asyncio.gather(*(_answers(check) for check in _CHECKS.values()))
        _last = (time.monotonic(), Health(dict(zip(_CHECKS, answers, strict=True))))
    return _last[1]


async def _answers(check: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return bool(await asyncio.wait_for(check(), CHECK_SECONDS))
    except (DatabaseError, RedisError, ServiceMissing, OSError, TimeoutError):
        return False


async def _database() -> bool:
    await in_database(_query)
    return True


def _query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def _redis() -> bool:
    return bool(await redis_client().ping())


async def _worker() -> bool:
    return await in_database(worker_is_alive)


_CHECKS = {"database": _database, "redis": _redis, "temporal": temporal_is_there, "worker": _worker}
