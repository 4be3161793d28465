"""Calls the ORM from async code, in a small pool of threads instead of asgiref's single thread.

`sync_to_async` runs everything in one thread, in which 20 concurrent calls queue up. A process that lives for
weeks must also close connections that the database has dropped. The pool is for queries and templates only;
computations on text from outside run in the pool of agentex_web/computing.py.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import tzinfo
from typing import ParamSpec, TypeVar

from django.db import close_old_connections
from django.utils import timezone, translation

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
THREAD_NAME = "database"
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix=THREAD_NAME)


def _run(call: Callable[[], R], language: str | None, zone: tzinfo) -> R:
    # Only before the call, because each check of a PostgreSQL connection is a query.
    close_old_connections()
    # Django stores both in asgiref's Local, which is not visible in other threads despite the copied context
    # (Python 3.13).
    with translation.override(language), timezone.override(zone):
        return call()


async def in_database(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs ``function`` in a thread of the pool, in the caller's language and zone; returns its result."""
    context = contextvars.copy_context()
    language, zone = translation.get_language(), timezone.get_current_timezone()
    return await asyncio.get_running_loop().run_in_executor(
        _pool, lambda: context.run(_run, lambda: function(*args, **kwargs), language, zone)
    )
