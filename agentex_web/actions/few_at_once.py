"""Views that may take long or hold much memory, such as a page or a copy of thousands of messages, or a file
that waits until it is read: a few at a time for each person.

Each holds a thread of the database's pool, or a whole file, for as long as it takes. Without a limit, one
person's pages could hold all threads, and everybody else would wait; one person's files could fill the
memory.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from agentex_web.background import in_background
from agentex_web.tasks.reader_semaphores import ReaderSemaphores

View = Callable[..., Coroutine[Any, Any, HttpResponse]]
R = TypeVar("R")
AT_ONCE = 2
"""Of one person in each process; further requests wait. The pool has 8 threads."""

_places = ReaderSemaphores(AT_ONCE)


def few_at_once(view: View) -> View:
    """Decorator for views inside `signed_in`. People without an account share their places."""

    @wraps(view)
    async def in_turn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        work = view(request, *args, **kwargs)
        return await one_of_few(request.user.pk, work, f"The page {request.path}")

    return in_turn


async def one_of_few(person_id: int | None, work: Coroutine[Any, Any, R], name: str) -> R:
    """Runs work of a person, a few at a time, and returns its result. It goes on if the caller is cancelled.

    Args:
        name: for the log, if it fails after that.
    """
    place = _places.of(person_id)
    try:
        await place.acquire()
    except BaseException:
        work.close()
        raise
    # A request whose client has gone is cancelled, but its thread goes on, and so the place stays taken.
    outcome: R | BaseException = await asyncio.shield(in_background(_outcome(work, place), name))
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


async def _outcome(work: Coroutine[Any, Any, R], place: asyncio.Semaphore) -> R | BaseException:
    try:
        found: tuple[R | BaseException] = await asyncio.gather(work, return_exceptions=True)
        return found[0]
    finally:
        place.release()
