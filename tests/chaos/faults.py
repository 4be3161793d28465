"""The faults. Each is over when its function returns."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from redis import Redis

from agentex_web.services import redis_url
from tests.chaos.gate import Gate
from tests.chaos.people import Chatter
from tests.chaos.site import Site

LOCKED_SECONDS = 5.0
MODEL_SECONDS = 8.0
SECOND_WORKER_SECONDS = 12.0
DISK_BYTES = 600 * 2**20
"""More than the size of the small file system (`--tmpfs`)."""


@dataclass
class Target:
    """The site, model gate and people that faults act on."""

    site: Site
    gate: Gate
    chatters: Sequence[Chatter]


Fault = Callable[[Target], Awaitable[None]]


async def killed(part: str, target: Target) -> None:
    target.site.signal(part, signal.SIGKILL)


async def paused(part: str, seconds: float, target: Target) -> None:
    target.site.signal(part, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        target.site.signal(part, signal.SIGCONT)


async def supervisor_killed(target: Target) -> None:
    await asyncio.to_thread(target.site.kill_supervisor)


async def redis_emptied(_target: Target) -> None:
    with Redis.from_url(redis_url()) as redis:
        redis.flushall()


async def redis_restored(target: Target) -> None:
    """Redis loses everything after a snapshot from a few seconds ago."""
    with Redis.from_url(redis_url()) as redis:
        redis.save()
    await asyncio.sleep(4)
    target.site.signal("redis", signal.SIGKILL)


async def database_locked(_target: Target) -> None:
    await asyncio.to_thread(_lock)


def _lock() -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Lock one table only: every write starts with it, and several locks could deadlock.
                cursor.execute("LOCK TABLE tasks_task IN ACCESS EXCLUSIVE MODE")
            time.sleep(LOCKED_SECONDS)
    finally:
        connection.close()


async def disk_full(target: Target) -> None:
    """Fills the disk, but only if the data is on its own small file system (`--tmpfs`)."""
    if not target.site.data.is_mount():
        return
    filler = target.site.data / "filler"
    try:
        with filler.open("wb") as file:
            # Limited, so that an ordinary disk is never filled.
            for _ in range(DISK_BYTES // 65_536):
                file.write(bytes(65_536))
                file.flush()
    except OSError:
        await asyncio.sleep(6)
    finally:
        filler.unlink(missing_ok=True)


async def model_away(target: Target) -> None:
    target.gate.shut()
    await asyncio.sleep(MODEL_SECONDS)
    await target.gate.open()


async def model_hangs(target: Target) -> None:
    target.gate.hang()
    await asyncio.sleep(MODEL_SECONDS)
    target.gate.go_on()


async def sockets_dropped(target: Target) -> None:
    for each in target.chatters:
        if each.page is not None:
            each.page.drop()


async def second_worker(target: Target) -> None:
    target.site.second_worker_joins()
    await asyncio.sleep(SECOND_WORKER_SECONDS)
    await asyncio.to_thread(target.site.second_worker_leaves)


PARTS = ("worker", "web", "redis", "temporal")
FAULTS: dict[str, Fault] = {
    **{f"{part} killed": partial(killed, part) for part in PARTS},
    **{f"{part} paused 8 s": partial(paused, part, 8.0) for part in PARTS},
    **{f"{part} paused 15 s": partial(paused, part, 15.0) for part in PARTS},
    "supervisor killed": supervisor_killed,
    "redis emptied": redis_emptied,
    "redis restored from a snapshot": redis_restored,
    "database locked 5 s": database_locked,
    "disk full 6 s": disk_full,
    "model away 8 s": model_away,
    "model hangs 8 s": model_hangs,
    "sockets dropped": sockets_dropped,
    "second worker joins and leaves": second_worker,
}
