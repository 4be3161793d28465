"""Calls the ORM from async code, in a small pool of threads instead of asgiref's single thread.

`sync_to_async` runs everything in one thread, in which 20 concurrent calls queue up. A process that lives for
weeks must also close connections that the database has dropped. The pool is for queries and templates only;
computations on text from outside run in the pool of agentex_web/computing.py.

One person's calls take some of the threads only, so that nobody else waits for the many pages of one person.
"""

import asyncio
import contextvars
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from datetime import tzinfo
from typing import Any, ParamSpec, TypeVar, cast

from django.db import close_old_connections
from django.http import HttpRequest
from django.utils import timezone, translation

from agentex_web.tasks.reader_semaphores import ReaderSemaphores

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
OF_ONE_PERSON = 3
"""Forty requests at once for the list of one person's 10,000 chats took all threads: others waited 81 s."""
THREAD_NAME = "database"
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix=THREAD_NAME)
_places = ReaderSemaphores(OF_ONE_PERSON)


def _run(call: Callable[[], R], language: str | None, zone: tzinfo) -> R:
    # Only before the call, because each check of a PostgreSQL connection is a query.
    close_old_connections()
    # Django stores both in asgiref's Local, which is not visible in other threads despite the copied context
    # (Python 3.13).
    with translation.override(language), timezone.override(zone):
        return call()


async def in_database(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs ``function`` in a thread of the pool, in the caller's language and zone; returns its result.

    If its first argument is a person or a person's request, it first waits for one of that person's threads.
    """
    context = contextvars.copy_context()
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def call() -> R:
        return context.run(_run, lambda: function(*args, **kwargs), language, zone)

    loop, person = asyncio.get_running_loop(), _person_of(args[0]) if args else None
    if person is None:
        return await loop.run_in_executor(_pool, call)
    place = _places.of(person)
    await place.acquire()
    work = _pool.submit(call)

    def release(_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(place.release)

    # Not when the caller is cancelled: the thread goes on.
    work.add_done_callback(release)
    return await asyncio.wrap_future(work)


def _person_of(argument: Any) -> Hashable:
    """The person's key; None if the argument says nothing of a person, or has not loaded who it is."""
    # Imported here: it needs Django's settings, which a worker's watch over its threads does without.
    from django.contrib.auth.base_user import AbstractBaseUser

    user: Any = getattr(argument, "user", None) if isinstance(argument, HttpRequest) else argument
    # Not isinstance(), for which Django's lazy object would load the account.
    return cast(Hashable, user.pk) if issubclass(type(user), AbstractBaseUser) else None
