"""Checks which parts of the system answer, for the page's banner and for /healthz."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from agentex_web.background import in_background
from agentex_web.delivery.client import temporal_is_there
from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.tasks.agents import messages_are_started, worker_is_alive
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

CACHE_SECONDS = 2.0
"""How long a result is reused."""
MISSING_SECONDS = 1.0
"""How long a result is reused if a part does not answer."""
CHECK_SECONDS = 3.0
ABSENT = (DatabaseError, RedisError, ServiceMissing, OSError, TimeoutError)

SENTENCES = {
    "database": _("Chats cannot be loaded or saved at the moment."),
    "redis": _("Live updates are off: answers appear when they are complete."),
    "temporal": _(
        "Agents cannot be reached. Your messages are saved and will be delivered when they are back."
    ),
    "worker": _("Agents are offline. Your messages are saved and will be answered when they are back."),
    "answers": _("Agents are not responding at the moment. Your messages are saved and will be answered."),
}
CAUSES = {
    "database": _("The database cannot be reached."),
    "redis": _("Redis cannot be reached."),
    "temporal": _("Temporal cannot be reached."),
    "worker": _("No worker is running."),
    "answers": _("A worker is running, but it has not started any of the waiting messages for 20 s."),
}
"""The cause, which only staff are shown."""


@dataclass
class Health:
    """``up``: True for each part that answers."""

    up: dict[str, bool]

    @property
    def missing(self) -> list[str]:
        """The parts that do not answer."""
        return [part for part, up in self.up.items() if not up]

    def missing_for(self, *, is_staff: bool) -> dict[str, str]:
        """For each part that does not answer: what that means for the reader; for staff also the cause."""
        return {
            part: f"{CAUSES[part]} {SENTENCES[part]}" if is_staff else str(SENTENCES[part])
            for part in self.missing
        }


class Checks:
    """Checks whether every part answers. Concurrent callers share one run of the checks.

    Args:
        checks: by part. A part is down if its check raises one of ABSENT or takes longer than CHECK_SECONDS.
    """

    def __init__(self, checks: dict[str, Callable[[], Awaitable[bool]]]) -> None:
        self._checks = checks
        self._last: tuple[float, Health] | None = None
        self._asking: asyncio.Task[Health] | None = None
        self._running: dict[str, asyncio.Task[bool]] = {}

    async def health(self) -> Health:
        """The last result if it is recent, else the result of a run of checks that all callers share."""
        if self._last is not None:
            asked, last = self._last
            if time.monotonic() - asked < (MISSING_SECONDS if last.missing else CACHE_SECONDS):
                return last
        if self._asking is None or self._asking.done() or _is_of_another_loop(self._asking):
            self._asking = in_background(self._ask(), "A round of health checks")
        # A caller that is cancelled must not cancel the checks that other callers wait for.
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Health:
        answers = await asyncio.gather(*map(self._answers, self._checks))
        found = Health(dict(zip(self._checks, answers, strict=True)))
        self._last = (time.monotonic(), found)
        return found

    async def _answers(self, part: str) -> bool:
        """False after CHECK_SECONDS. A check that still hangs, perhaps in a thread, is not started again."""
        task = self._running.get(part)
        if task is None or task.done() or _is_of_another_loop(task):
            task = self._running[part] = asyncio.create_task(self._check(part))
        done, _ = await asyncio.wait([task], timeout=CHECK_SECONDS)
        return bool(done) and task.result()

    async def _check(self, part: str) -> bool:
        try:
            return bool(await self._checks[part]())
        except ABSENT:
            return False
        except Exception:
            logger.exception("The check of %s failed", part)
            return False


def _is_of_another_loop(task: asyncio.Task[Any]) -> bool:
    return task.get_loop() is not asyncio.get_running_loop()


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


async def _answers() -> bool:
    return await in_database(messages_are_started)


_checks = Checks(
    {
        "database": _database,
        "redis": _redis,
        "temporal": temporal_is_there,
        "worker": _worker,
        "answers": _answers,
    }
)
"""The health checks of this process; all callers share them."""


async def health() -> Health:
    """Which parts answer. The parts are asked at most every second or two, however many callers there are."""
    return await _checks.health()
