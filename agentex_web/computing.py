"""Threads for computing on text from outside: rendering Markdown, and decoding stream entries.

They are separate from the event loops and from the database's threads (tasks/threads.py), so text that is
slow to process delays neither.
"""

import asyncio
import contextvars
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 2
"""More threads would not be faster, because all share one interpreter lock."""

SWITCH_SECONDS = 0.0005
"""How long a thread may hold the interpreter while others wait for it. With Python's 5 ms, a pass of the
event loop took 23 ms beside 2 threads that compute and 0.75 s beside 20; now it takes 2 and 22 ms. It costs
up to 5 % of processor time while several threads compute."""
THREAD_NAME = "computing"
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix=THREAD_NAME)


async def computed(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs ``function`` in a thread of the pool and returns its result."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(
        _pool, lambda: context.run(function, *args, **kwargs)
    )


def take_short_turns() -> None:
    """Lets threads that compute hold up the process's event loop less. Call it when the process starts."""
    sys.setswitchinterval(SWITCH_SECONDS)
