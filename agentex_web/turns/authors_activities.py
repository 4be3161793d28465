"""Runs authors' activities: coroutines on event loops of their own, like tools (turns/tool_loops.py).

On the worker's loop, one ``time.sleep(60)`` in an ``async def`` activity would stop every chat, and Temporal
would repeat it.
"""

import asyncio
import contextvars
import functools
import inspect
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityOutboundInterceptor

from agentex_web.turns.authors_modules import AGENTS
from agentex_web.turns.running_activity import from_another_loop
from agentex_web.turns.tool_loops import counted, loop_of

CLEANUP_SECONDS = 10.0
"""How long a cancelled coroutine may take to end, before it counts as ended."""

Note = Callable[[str, str, int, str, bool], AbstractContextManager[None]]
"""Returns a context manager that notes an activity while it runs. The arguments are the ids of the workflow
and the activity, the attempt, the module and name of the author's function, and whether another thread may
run that function.
"""
_note: Note = lambda *_: nullcontext()  # noqa: E731  (replaced by note_with)


def note_with(note: Note) -> None:
    """Sets how authors' activities are noted while they run. The worker calls it when it starts."""
    global _note  # noqa: PLW0603  (the only writer)
    _note = note


def is_authors(function: Callable[..., Any]) -> bool:
    """True if the function is in a file of agents/."""
    return (getattr(function, "__module__", None) or "").startswith(AGENTS)


def as_noted(module: str, name: str, *, any_thread: bool = False) -> AbstractContextManager[None]:
    """Notes for the duration of the block that the running activity runs this function.

    Args:
        any_thread: another thread may run it.
    """
    if not activity.in_activity():
        return nullcontext()
    info = activity.info()
    name = f"{module}.{name.rpartition('.')[2]}"
    return _note(info.workflow_id or "", info.activity_id, info.attempt, name, any_thread)


def on_own_loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wraps an author's activity: a coroutine runs on an event loop of its file, and each call is noted while
    it runs. Other functions are returned unchanged.
    """
    if not is_authors(function):
        return function
    module, name = function.__module__, getattr(function, "__name__", "?")
    if not inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        def called_in_thread(*arguments: Any) -> Any:
            with as_noted(module, name), counted(module):
                return function(*arguments)

        return called_in_thread

    @functools.wraps(function)
    async def called(*arguments: Any) -> Any:
        context, noted = from_another_loop(), as_noted(module, name)
        begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

        async def whole() -> Any:
            task = asyncio.current_task()
            assert task is not None
            begun.append((asyncio.get_running_loop(), task))
            with context, noted:
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
