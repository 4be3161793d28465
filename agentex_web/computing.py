"""The threads in which a process computes on foreign text: Markdown, and entries of streams.

Off the event loops, and apart from the database's threads (tasks/threads.py): slow text delays neither.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 2
"""All of them share one interpreter, so more would make nothing faster."""

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="computing")


async def computed(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What ``function`` returns, run in a thread of the pool."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(
        _pool, lambda: context.run(function, *args, **kwargs)
    )
