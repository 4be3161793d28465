"""A person's pages of accounts and the admin, each of which has a thread of its own, are loaded a few at a time."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

from agentex_web.accounts.few_pages import FOLDERS, OF_ONE_SESSION, few_pages


def request_of(session: str, path: str = "/settings/") -> HttpRequest:
    request = HttpRequest()
    request.path = request.path_info = path
    request.COOKIES[settings.SESSION_COOKIE_NAME] = session
    return request


def test_others_do_not_wait_and_a_browser_that_goes_frees_no_place() -> None:
    async def visited() -> None:
        go_on, running = asyncio.Event(), Counter[str]()

        async def view(request: HttpRequest) -> HttpResponse:
            running[request.COOKIES[settings.SESSION_COOKIE_NAME]] += 1
            await go_on.wait()
            return HttpResponse("whole")

        site = few_pages(view)
        pages = [asyncio.create_task(site(request_of("mine"))) for _ in range(OF_ONE_SESSION + 3)]
        waiting = pages.pop()
        pages.append(asyncio.create_task(site(request_of("other"))))
        chats = [asyncio.create_task(site(request_of("chats", "/"))) for _ in range(OF_ONE_SESSION + 2)]
        for _ in range(10):
            await asyncio.sleep(0)
        assert running == {"mine": OF_ONE_SESSION, "other": 1, "chats": OF_ONE_SESSION + 2}
        pages[0].cancel()
        waiting.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        assert running["mine"] == OF_ONE_SESSION
        go_on.set()
        assert {page.content for page in await asyncio.gather(*pages[1:], *chats)} == {b"whole"}
        assert running["mine"] == OF_ONE_SESSION + 2

    asyncio.run(visited())


def test_all_synchronous_views_are_among_them_but_those_without_an_account() -> None:
    def views(patterns: Any, before: str = "/") -> Iterator[tuple[str, Any]]:
        for each in patterns:
            path = before + str(each.pattern).removeprefix("^")
            if hasattr(each, "url_patterns"):
                yield from views(each.url_patterns, path)
            else:
                yield path, each.callback

    def is_async(view: Any) -> bool:
        return iscoroutinefunction(view) or bool(getattr(view, "view_is_async", False))

    others = {path for path, view in views(get_resolver().url_patterns) if not is_async(view)}
    others = {path for path in others if not path.startswith(FOLDERS)}
    plain = {"/manifest.webmanifest", "/service-worker.js", "/offline/", "/favicon.ico"}
    assert others == plain | {"/i18n/<str:language>.<str:revision>.js"}
