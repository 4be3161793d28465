"""Lets activities on any event loop wait for their cancellation and for the worker's shutdown.

``activity.wait_for_cancelled`` and ``activity.wait_for_worker_shutdown`` of temporalio 1.35 wait for asyncio
events, which belong to one event loop. On another one they raise, or are never woken. Authors' activities run
on loops of their own (turns/authors_activities.py). No upstream issue is known.
"""

import asyncio

from temporalio.common import _CompositeEvent

_wait = _CompositeEvent.wait


def wait_on(loop: asyncio.AbstractEventLoop) -> None:
    """Makes code on other loops wait through the worker's ``loop``. Another call replaces the loop."""

    async def wait(self: _CompositeEvent) -> None:
        if asyncio.get_running_loop() is loop or not loop.is_running():
            await _wait(self)
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_wait(self), loop))

    _CompositeEvent.wait = wait  # type: ignore[method-assign]
