"""Hooks of Django's middleware run in the request's thread. The patch can go when Django does this by itself."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from agentex_web.compat.django_middleware import HOOKS, _call_on_loop


class Noted(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        request.threads = [threading.get_ident()]

    def process_response(self, request: Any, response: HttpResponse) -> HttpResponse:
        request.threads.append(threading.get_ident())
        return response


class OnLoop(Noted):
    __acall__ = _call_on_loop(lambda request: bool(getattr(request, "stores", False)))


def threads_of(middleware: type[MiddlewareMixin], **attributes: Any) -> list[bool]:
    """For each hook, whether it ran in the event loop's thread."""
    request: Any = HttpRequest()
    vars(request).update(attributes)

    async def answer(_: Any) -> HttpResponse:
        return HttpResponse()

    async def called() -> int:
        await middleware(answer)(request)  # type: ignore[misc, arg-type]
        return threading.get_ident()

    own = asyncio.run(called())
    return [each == own for each in request.threads]


def test_django_still_sends_hooks_into_threads() -> None:
    assert threads_of(Noted) == [False, False]


def test_ours_run_on_the_loop_but_for_what_stores() -> None:
    assert threads_of(OnLoop) == [True, True]
    assert threads_of(OnLoop, stores=True) == [True, False]


def test_a_session_or_message_that_is_stored_goes_into_a_thread() -> None:
    stores = {middleware.__name__: check for middleware, check in HOOKS.items()}
    for modified in (True, False):
        request: Any = SimpleNamespace(session=SimpleNamespace(modified=modified))
        assert stores["SessionMiddleware"](request) is modified
    for used, added in ((True, False), (False, True), (False, False)):
        request = SimpleNamespace(_messages=SimpleNamespace(used=used, added_new=added))
        assert stores["MessageMiddleware"](request) is (used or added)
    assert stores["MessageMiddleware"](SimpleNamespace()) is False  # type: ignore[arg-type]
