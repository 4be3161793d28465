"""Runs the hooks of Django's middlewares on the event loop instead of in threads.

`MiddlewareMixin` of Django 5.2 runs each hook of each middleware in a thread, and each request gets its own
thread for them. For a POST of a message, that costs 14 thread hops and 4 of 17 ms of CPU time; on two busy
cores the request takes 38 ms instead of 15 ms. The hooks of the classes below only read and write headers. A
hook that stores a session or messages still runs in a thread, and so do those of subclasses.

Two more calls would start a thread for each request, and asgiref another one to end the first: the check of
the CSRF token, before the view, and the end of the response. They run on the event loop too, unless the
check fails or the form is large, the view has used the request's thread, or code other than Django's is told
that the response has ended.
"""

from collections.abc import Callable
from typing import Any
from weakref import ReferenceType

from asgiref.sync import SyncToAsync, sync_to_async
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers import asgi
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.deprecation import MiddlewareMixin

WillStore = Callable[[HttpRequest], bool]


def _stores_nothing(_: HttpRequest) -> bool:
    return False


def _stores_session(request: HttpRequest) -> bool:
    session: Any = getattr(request, "session", None)
    return session is not None and (session.modified or settings.SESSION_SAVE_EVERY_REQUEST)


def _stores_messages(request: HttpRequest) -> bool:
    messages: Any = getattr(request, "_messages", None)
    return messages is not None and (messages.used or messages.added_new)


HOOKS: dict[Any, WillStore] = {
    SecurityMiddleware: _stores_nothing,
    CSPMiddleware: _stores_nothing,
    SessionMiddleware: _stores_session,
    LocaleMiddleware: _stores_nothing,
    CommonMiddleware: _stores_nothing,
    CsrfViewMiddleware: _stores_nothing,
    AuthenticationMiddleware: _stores_nothing,
    MessageMiddleware: _stores_messages,
    XFrameOptionsMiddleware: _stores_nothing,
}
"""For each class, whether its ``process_response`` will store something for this request."""


FORM_TYPE = "application/x-www-form-urlencoded"
MOST_BYTES_ON_LOOP = 65_536
"""Forms with more bytes are read in a thread, and so are those with files."""


def install() -> None:
    """Patches Django's classes. Call it once, before Django instantiates them."""
    for middleware, will_store in HOOKS.items():
        middleware.__acall__ = _call_on_loop(middleware, will_store)
    BaseHandler.adapt_method_mode = _with_csrf_check_on_loop(BaseHandler.adapt_method_mode)  # type: ignore[method-assign]
    vars(asgi).update(sync_to_async=_on_loop_if_no_thread)


_call_in_threads = MiddlewareMixin.__acall__


def _call_on_loop(middleware: type[Any], will_store: WillStore) -> Callable[[Any, HttpRequest], Any]:
    async def acall(self: Any, request: HttpRequest) -> Any:
        # The hooks of a subclass may do more.
        if type(self) is not middleware:
            return await _call_in_threads(self, request)
        response = self.process_request(request) if hasattr(self, "process_request") else None
        response = response or await self.get_response(request)
        if not hasattr(self, "process_response"):
            return response
        if will_store(request):
            return await sync_to_async(self.process_response, thread_sensitive=True)(request, response)
        return self.process_response(request, response)

    return acall


class _Rejected(Exception):
    """The request has no valid CSRF token."""


class _CsrfCheck(CsrfViewMiddleware):
    """Raises _Rejected in place of rendering a page for it, which may read the database."""

    def _reject(self, _request: HttpRequest, reason: str) -> Any:
        raise _Rejected(reason)


def _with_csrf_check_on_loop(adapt: Callable[..., Any]) -> Callable[..., Any]:
    """Django's function that adapts a middleware's method to async code, with another result for this one."""

    def adapt_method_mode(self: BaseHandler, is_async: bool, method: Any, *others: Any, **named: Any) -> Any:
        adapted = adapt(self, is_async, method, *others, **named)
        # A subclass may check more.
        of_csrf = type(getattr(method, "__self__", None)) is CsrfViewMiddleware
        if is_async and of_csrf and method.__name__ == "process_view":
            return _checked_on_loop(adapted)
        return adapted

    return adapt_method_mode


def _checked_on_loop(in_thread: Callable[..., Any]) -> Callable[..., Any]:
    check = _CsrfCheck(lambda _: HttpResponse())

    async def process_view(request: HttpRequest, *view: Any) -> Any:
        if _is_quickly_read(request):
            try:
                return check.process_view(request, *view)
            except _Rejected:
                pass
        return await in_thread(request, *view)

    return process_view


def _is_quickly_read(request: HttpRequest) -> bool:
    """True if reading ``request.POST``, as the check does, takes no time that others would notice.

    A body that comes in chunks has no length. It may be as large as any form: 2 MB take a second.
    """
    length = request.META.get("CONTENT_LENGTH") or ""
    return request.method != "POST" or (
        request.content_type == FORM_TYPE and length.isdecimal() and int(length) <= MOST_BYTES_ON_LOOP
    )


def _on_loop_if_no_thread(close: Callable[[], None]) -> Callable[[], Any]:
    """Ends a response in the request's thread if there is one, whose connections have to be closed.

    Receivers of ``request_finished`` that are not Django's may be async or use the database, so they need a
    thread too.
    """

    async def closed() -> None:
        has_thread = SyncToAsync.thread_sensitive_context.get(None) in SyncToAsync.context_to_thread_executor
        if has_thread or any(_has_others_code(each) for _, each, *_ in request_finished.receivers):
            await sync_to_async(close)()
        else:
            close()

    return closed


def _has_others_code(receiver: Any) -> bool:
    live = receiver() if isinstance(receiver, ReferenceType) else receiver
    return live is not None and not live.__module__.startswith("django.")
