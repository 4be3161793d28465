"""Runs the coroutines of authors' activities on event loops of their own, like tools (turns/tool_loops.py).

On the worker's loop, one ``time.sleep(60)`` in an ``async def`` activity would stop every chat, and Temporal
would repeat it.
"""

import asyncio
import contextvars
import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any

from temporalio.worker import ActivityOutboundInterceptor

from agentex_web.turns.activity_context import from_another_loop
from agentex_web.turns.tool_lookup import AGENTS
from agentex_web.turns.tool_loops import loop_of

CLEANUP_SECONDS = 10.0
"""How long a cancelled coroutine may take to end, before it counts as ended."""


def on_own_loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a coroutine function for the worker's loop; other functions, and those of others, unchanged."""
    module = getattr(function, "__module__", None) or ""
    if not module.startswith(AGENTS) or not inspect.iscoroutinefunction(function):
        return function

    @functools.wraps(function)
    async def called(*arguments: Any) -> Any:
        activity = from_another_loop()
        begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

        async def whole() -> Any:
            task = asyncio.current_task()
            assert task is not None
            begun.append((asyncio.get_running_loop(), task))
            with activity:
                return await function(*arguments)

        working = asyncio.ensure_future(loop_of(module).run(whole()))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            if not working.done() and begun:
                loop, task = begun[0]
                loop.call_soon_threadsafe(task.cancel)
                # What it had streamed is stored before the activity ends.
                await asyncio.wait({working}, timeout=CLEANUP_SECONDS)
            if not working.done():
                working.cancel()
                raise
            # What it returns counts, even after a Stop.
            return working.result()

    return called


class FromAnyLoop(ActivityOutboundInterceptor):
    """Sends the heartbeats of code on other loops from the worker's loop, as temporalio requires."""

    def __init__(self, next: ActivityOutboundInterceptor) -> None:
        super().__init__(next)
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()

    def heartbeat(self, *details: Any) -> None:
        """Sends the heartbeat now, or as soon as the worker's loop is free."""
        if threading.get_ident() == self._thread:
            super().heartbeat(*details)
        else:
            self._loop.call_soon_threadsafe(contextvars.copy_context().run, super().heartbeat, *details)
