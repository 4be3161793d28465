"""Hooks of Django's middleware run in the request's thread. The patch can go when Django does this by itself."""

import asyncio
import inspect
import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core.handlers import asgi
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import RequestFactory
from django.utils.deprecation import MiddlewareMixin

from agentex_web.compat.django_middleware import (
    FORM_TYPE,
    HOOKS,
    MOST_BYTES_ON_LOOP,
    _call_on_loop,
    _on_loop_if_no_thread,
    _with_csrf_check_on_loop,
)


class Noted(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        request.threads = [threading.get_ident()]

    def process_response(self, request: Any, response: HttpResponse) -> HttpResponse:
        request.threads.append(threading.get_ident())
        return response


class OnLoop(Noted):
    pass


OnLoop.__acall__ = _call_on_loop(OnLoop, lambda request: bool(getattr(request, "stores", False)))


class SubclassOfOnLoop(OnLoop):
    pass


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


def test_the_hooks_of_a_subclass_run_in_threads() -> None:
    assert threads_of(SubclassOfOnLoop) == [False, False]


def test_a_session_or_message_that_is_stored_goes_into_a_thread() -> None:
    stores = {middleware.__name__: check for middleware, check in HOOKS.items()}
    for modified in (True, False):
        request: Any = SimpleNamespace(session=SimpleNamespace(modified=modified))
        assert stores["SessionMiddleware"](request) is modified
    assert stores["SessionMiddleware"](HttpRequest()) is False
    for used, added in ((True, False), (False, True), (False, False)):
        request = SimpleNamespace(_messages=SimpleNamespace(used=used, added_new=added))
        assert stores["MessageMiddleware"](request) is (used or added)
    assert stores["MessageMiddleware"](SimpleNamespace()) is False  # type: ignore[arg-type]


Adapt = Callable[..., Any]


def thread_of_check(request: HttpRequest, adapt: Adapt = BaseHandler.adapt_method_mode) -> tuple[bool, Any]:
    """Whether the form was read in the event loop's thread, and what the check answered."""
    read_in: list[int] = []
    load = type(request)._load_post_and_files  # type: ignore[attr-defined]

    def noted(self: Any) -> None:
        read_in.append(threading.get_ident())
        load(self)

    async def checked() -> tuple[bool, Any]:
        async with ThreadSensitiveContext():
            method = CsrfViewMiddleware(lambda _: HttpResponse()).process_view
            answer = await adapt(BaseHandler(), True, method)(request, lambda _: None, (), {})
        return read_in[0] == threading.get_ident(), answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(request), "_load_post_and_files", noted)
        return asyncio.run(checked())


def posted(body: str = "a=b", token: str = "t" * 32, content_type: str = FORM_TYPE) -> HttpRequest:
    request = RequestFactory().post("/", body, content_type, headers={"X-CSRFToken": token})
    request.COOKIES[settings.CSRF_COOKIE_NAME] = "t" * 32
    return request


ours = _with_csrf_check_on_loop(BaseHandler.adapt_method_mode)


def test_django_still_checks_the_csrf_token_in_a_thread() -> None:
    assert thread_of_check(posted()) == (False, None)


def test_ours_checks_it_on_the_loop_but_for_large_forms_and_files() -> None:
    assert thread_of_check(posted(), ours) == (True, None)
    assert thread_of_check(posted("a" * (MOST_BYTES_ON_LOOP + 1)), ours) == (False, None)
    body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    assert thread_of_check(posted(body, content_type="multipart/form-data; boundary=x"), ours) == (
        False,
        None,
    )


def test_a_form_of_unknown_length_is_read_in_a_thread() -> None:
    request = posted()
    del request.META["CONTENT_LENGTH"]
    assert thread_of_check(request, ours) == (False, None)


def test_a_wrong_token_is_still_refused(db: None) -> None:
    on_loop, answer = thread_of_check(posted(token="u" * 32), ours)
    assert on_loop and answer.status_code == 403


def test_other_methods_of_middlewares_are_adapted_as_before() -> None:
    async def called() -> bool:
        own = threading.get_ident()
        async with ThreadSensitiveContext():
            return bool(await ours(BaseHandler(), True, threading.get_ident)() == own)

    assert not asyncio.run(called())
    assert ours(BaseHandler(), False, threading.get_ident) is threading.get_ident


@pytest.mark.parametrize("used", [True, False])
def test_a_response_ends_in_the_thread_of_its_request_if_it_has_one(used: bool) -> None:
    closed_in: list[int] = []

    async def called() -> tuple[int, int]:
        async with ThreadSensitiveContext():
            thread = await sync_to_async(threading.get_ident)() if used else threading.get_ident()
            await _on_loop_if_no_thread(lambda: closed_in.append(threading.get_ident()))()
        return thread, threading.get_ident()

    thread, own = asyncio.run(called())
    assert closed_in == [thread]
    assert (thread == own) is not used


def test_django_closes_nothing_else_in_the_threads_that_ours_replaces() -> None:
    called = re.findall(r"sync_to_async\((.+?)\)", inspect.getsource(asgi))
    assert set(called) == {"error_response.close", "response.close"}


@pytest.mark.parametrize("is_async", [True, False])
def test_a_receiver_that_is_not_djangos_is_told_of_the_end_in_a_thread(is_async: bool) -> None:
    told_in: list[int] = []

    def told(**_: object) -> None:
        told_in.append(threading.get_ident())

    async def told_async(**_: object) -> None:
        told()

    async def called() -> int:
        async with ThreadSensitiveContext():
            await _on_loop_if_no_thread(HttpResponse().close)()
        return threading.get_ident()

    receiver = told_async if is_async else told
    request_finished.connect(receiver)
    try:
        own = asyncio.run(called())
    finally:
        request_finished.disconnect(receiver)
    # asgiref runs an async receiver on the loop of the request.
    assert [each == own for each in told_in] == [is_async]
