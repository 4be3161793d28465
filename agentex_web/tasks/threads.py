"""The ORM from async code: a small pool of threads instead of asgiref's single one.

`sync_to_async` runs everything in one thread, where 20 concurrent calls queue up; and a process that lives
for weeks must close connections that the database has dropped. The pool is for queries and templates alone:
what computes on foreign text runs in the pool of agentex_web/computing.py.
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
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


def _run(call: Callable[[], R], language: str | None, zone: tzinfo) -> R:
    # Before the call only: each check of a PostgreSQL connection is a query.
    close_old_connections()
    # Django keeps both in asgiref's Local, which no other thread sees, although the context is copied (3.13).
    with translation.override(language), timezone.override(zone):
        return call()


async def in_database(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs ``function`` in a thread of the pool, in the caller's language and zone; returns its result."""
    context = contextvars.copy_context()
    language, zone = translation.get_language(), timezone.get_current_timezone()
    return await asyncio.get_running_loop().run_in_executor(
        _pool, lambda: context.run(_run, lambda: function(*args, **kwargs), language, zone)
    )
