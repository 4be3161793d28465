"""Views that may take long or hold much memory, such as a page or a copy of thousands of messages, or a file
that waits until it is read: a few at a time for each person.

Each holds a thread of the database's pool, or a whole file, for as long as it takes. Without a limit, one
person's pages could hold all threads, and everybody else would wait; one person's files could fill the
memory.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from agentex_web.background import in_background
from agentex_web.tasks.reader_semaphores import ReaderSemaphores

View = Callable[..., Coroutine[Any, Any, HttpResponse]]
AT_ONCE = 2
"""Of one person in each process; further requests wait. The pool has 8 threads."""

_places = ReaderSemaphores(AT_ONCE)


def few_at_once(view: View) -> View:
    """Decorator for views inside `signed_in`. People without an account share their places."""

    @wraps(view)
    async def in_turn(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        place = _places.of(request.user.pk)
        await place.acquire()
        work = in_background(_outcome(view(request, *args, **kwargs), place), f"The page {request.path}")
        # A request whose browser has gone is cancelled, but its thread goes on, and so the place stays taken.
        outcome: HttpResponse | BaseException = await asyncio.shield(work)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return in_turn


async def _outcome(
    response: Coroutine[Any, Any, HttpResponse], place: asyncio.Semaphore
) -> HttpResponse | BaseException:
    try:
        found: tuple[HttpResponse | BaseException] = await asyncio.gather(response, return_exceptions=True)
        return found[0]
    finally:
        place.release()
