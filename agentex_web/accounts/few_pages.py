"""The pages of accounts, settings and the admin: a few at a time.

Their views are synchronous, so each request has a thread and a connection to the database of its own. Forty
at once of one person held up everybody's pages, and a hundred take all connections of a PostgreSQL.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from agentex_web.background import in_background
from agentex_web.tasks.reader_semaphores import ReaderSemaphores

FOLDERS = ("/accounts/", "/admin/", "/settings/", "/setup/")
"""The addresses of all synchronous views that read the database begin with these."""
OF_ONE_SESSION, AT_ONCE = 3, 24
"""In each process; further requests wait."""

_of_session = ReaderSemaphores(OF_ONE_SESSION)
_of_all = ReaderSemaphores(AT_ONCE)


@sync_and_async_middleware
def few_pages(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware, the last one."""
    if not iscoroutinefunction(get_response):
        return get_response

    async def on_loop(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(FOLDERS):
            found: HttpResponse = await get_response(request)
            return found
        async with AsyncExitStack() as waiting:
            if key := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
                await waiting.enter_async_context(_of_session.of(key))
            await waiting.enter_async_context(_of_all.of(None))
            places = waiting.pop_all()
        work = in_background(_loaded(get_response, request, places), f"The page {request.path}")
        # If the browser has gone, its thread goes on, and so the places stay taken.
        return await asyncio.shield(work)

    return on_loop


async def _loaded(
    get_response: Callable[[HttpRequest], Any], request: HttpRequest, places: AsyncExitStack
) -> HttpResponse:
    async with places:
        found: HttpResponse = await get_response(request)
        return found
