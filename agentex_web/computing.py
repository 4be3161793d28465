"""Threads for computing on text from outside: rendering Markdown, and decoding stream entries.

They are separate from the event loops and from the database's threads (tasks/threads.py), so text that is
slow to process delays neither.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 2
"""More threads would not be faster, because all share one interpreter lock."""

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="computing")


async def computed(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs ``function`` in a thread of the pool and returns its result."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(
        _pool, lambda: context.run(function, *args, **kwargs)
    )
