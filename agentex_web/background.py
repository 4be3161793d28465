"""A process's background work: loops that are restarted, and tasks whose exceptions are logged.

Every asyncio task that nobody awaits is started here, so that no exception is lost.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

logger = logging.getLogger(__name__)

Loop = Callable[[], Awaitable[None]]

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
"""The pause in seconds between a loop's failure and its restart doubles with each failure, up to this."""
HEALTHY_SECONDS = 60.0
"""After a loop has run this long, its next failure starts again with the first pause."""
CANCEL_SECONDS = 0.5
"""A loop that has not ended after this time is cancelled again."""

_running: set[asyncio.Task[Any]] = set()
"""The tasks of `in_background`. asyncio itself holds only weak references to them."""


def in_background(work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
    """Runs ``work`` as a task. If it raises an exception, that is logged once, with ``name``."""
    task = asyncio.create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_ended)
    return task


def for_task(task_id: uuid.UUID, work: Coroutine[Any, Any, Any]) -> None:
    """Runs work for a task of the record in the background. If this process crashes, the worker's outbox does
    what must not be lost.
    """
    in_background(work, f"Task {task_id}: background work")


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("%s failed", task.get_name(), exc_info=error)


async def supervised(name: str, loop: Loop) -> None:
    """Runs ``loop`` until it returns. An exception is logged, and the loop restarts after a pause."""
    clock = asyncio.get_running_loop().time
    pause = FIRST_PAUSE
    while True:
        began = clock()
        try:
            return await loop()
        except Exception:
            if clock() - began > HEALTHY_SECONDS:
                pause = FIRST_PAUSE
            logger.exception("%s failed; it starts again in %s s", name, pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


class Loops:
    """An async context manager that runs named loops, each `supervised`, until the block ends."""

    def __init__(self, loops: dict[str, Loop]) -> None:
        self._loops = loops
        self._tasks: list[asyncio.Task[Any]] = []

    async def __aenter__(self) -> None:
        self._tasks = [in_background(supervised(name, loop), name) for name, loop in self._loops.items()]

    async def __aexit__(self, *_: object) -> None:
        # One cancellation may not be enough: a call to Temporal that was cancelled in its first second raised
        # an RPCError instead (temporalio 1.35), so the loop continued and the worker did not stop.
        pending = set(self._tasks)
        while pending:
            for task in pending:
                task.cancel()
            pending = (await asyncio.wait(pending, timeout=CANCEL_SECONDS))[1]
