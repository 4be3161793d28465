"""Sends heartbeats for running activities from a thread, so that a busy event loop does not lose them.

A loop that is blocked for good must not look alive: if it has not run for BLOCKED_SECONDS, the heartbeats
stop, and Temporal gives the activities to another worker.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
FIRST_SECONDS = 2.0
"""An activity that ends earlier sends no heartbeat: each costs Temporal and the worker 3 ms. Temporal counts
its timeout from the activity's start, so a later first heartbeat finds a dead worker no later.
"""
BLOCKED_SECONDS = 30.0
"""How long the event loop may be blocked before the heartbeats of its activities stop."""

THREAD_NAME = "heartbeats"

Send = Callable[[bytes], None]


class HeartbeatThread:
    """Sends the heartbeats of this process's activities, identified by their task tokens."""

    def __init__(self) -> None:
        self._begins_at: dict[bytes, float] = {}
        """When the heartbeats of each activity begin, on the monotonic clock."""
        self._loop_ran_at = time.monotonic()
        self._stop = threading.Event()

    @contextmanager
    def sending(self, task_token: bytes, age: float = 0.0) -> Iterator[None]:
        """Sends heartbeats for the activity until the block ends.

        Args:
            age: how many seconds ago Temporal started the activity.
        """
        self._begins_at[task_token] = time.monotonic() + FIRST_SECONDS - max(0.0, age)
        try:
            yield
        finally:
            del self._begins_at[task_token]

    @asynccontextmanager
    async def running(self, send: Send) -> AsyncIterator[None]:
        """Runs the thread until the block ends. For each heartbeat it calls ``send`` with a task token."""
        self._stop.clear()
        self._loop_ran_at = time.monotonic()
        thread = threading.Thread(target=self._send_all, args=(send,), name=THREAD_NAME, daemon=True)
        thread.start()
        noting = asyncio.create_task(self._note_loop())
        try:
            yield
        finally:
            self._stop.set()
            noting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await noting

    async def _note_loop(self) -> None:
        while True:
            self._loop_ran_at = time.monotonic()
            await asyncio.sleep(BEAT_SECONDS)

    def _send_all(self, send: Send) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            if time.monotonic() - self._loop_ran_at > BLOCKED_SECONDS:
                continue
            for token, begins_at in self._begins_at.copy().items():
                if time.monotonic() < begins_at:
                    continue
                try:
                    send(token)
                except Exception:
                    # The activity has ended or the worker is stopping. The other tokens still get theirs.
                    if token in self._begins_at and not self._stop.is_set():
                        logger.exception("A heartbeat was not recorded")
