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
FULL_SECONDS = 6.0
START_SECONDS = 30.0
"""Seconds within which a part that is to be signalled must run."""
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


Fault = Callable[[Target], Awaitable[str]]
"""Returns what it hit, for the table. Raises an error if it could not happen."""


async def killed(part: str, target: Target) -> str:
    await _signalled(part, signal.SIGKILL, target)
    return ""


async def paused(part: str, seconds: float, target: Target) -> str:
    await _signalled(part, signal.SIGSTOP, target)
    try:
        await asyncio.sleep(seconds)
    finally:
        target.site.signal(part, signal.SIGCONT)
    return ""


async def _signalled(part: str, number: signal.Signals, target: Target) -> None:
    """Signals a part as soon as it runs; the fault before may have ended it."""
    deadline = time.monotonic() + START_SECONDS
    while not await asyncio.to_thread(target.site.signal, part, number):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{part} did not run for {START_SECONDS} s")
        await asyncio.sleep(0.1)


async def supervisor_killed(target: Target) -> str:
    await asyncio.to_thread(target.site.kill_supervisor)
    return ""


async def redis_emptied(_target: Target) -> str:
    with Redis.from_url(redis_url()) as redis:
        keys = redis.dbsize()
        redis.flushall()
    return f"{keys} keys"


async def redis_restored(target: Target) -> str:
    """Redis loses everything after a snapshot from a few seconds ago."""
    with Redis.from_url(redis_url()) as redis:
        redis.save()
    await asyncio.sleep(4)
    await _signalled("redis", signal.SIGKILL, target)
    return ""


async def database_locked(_target: Target) -> str:
    await asyncio.to_thread(_lock)
    return ""


def _lock() -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Lock one table only: every write starts with it, and several locks could deadlock.
                cursor.execute("LOCK TABLE tasks_task IN ACCESS EXCLUSIVE MODE")
            time.sleep(LOCKED_SECONDS)
    finally:
        connection.close()


async def disk_full(target: Target) -> str:
    """Fills the disk, but only if the data is on its own small file system (`--tmpfs`)."""
    if not target.site.data.is_mount():
        raise RuntimeError("the data is not on a small file system")
    filler = target.site.data / "filler"
    try:
        # Unbuffered: what a buffer still holds could not be written when the file is closed.
        with filler.open("wb", buffering=0) as file:
            # Limited, so that an ordinary disk is never filled.
            for _ in range(DISK_BYTES // 65_536):
                try:
                    file.write(bytes(65_536))
                except OSError:
                    break
            else:
                raise RuntimeError("the disk was not full")
            await asyncio.sleep(FULL_SECONDS)
            size = filler.stat().st_size
    finally:
        filler.unlink(missing_ok=True)
    return f"full after {size / 2**20:.0f} MB"


async def model_away(target: Target) -> str:
    cut = target.gate.shut()
    await asyncio.sleep(MODEL_SECONDS)
    await target.gate.open()
    return f"{cut} connections"


async def model_hangs(target: Target) -> str:
    target.gate.hang()
    await asyncio.sleep(MODEL_SECONDS)
    return f"{target.gate.go_on()} connections"


async def sockets_dropped(target: Target) -> str:
    dropped = sum(each.page is not None and each.page.drop() for each in target.chatters)
    return f"{dropped} sockets"


async def second_worker(target: Target) -> str:
    target.site.second_worker_joins()
    try:
        await asyncio.sleep(SECOND_WORKER_SECONDS)
    finally:
        await asyncio.to_thread(target.site.second_worker_leaves)
    return ""


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
