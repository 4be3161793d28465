"""What each Django test client would do again for static files: search for them, and step into an event loop and out.

A search costs 0.1 to 0.2 s. The loop, because the middleware is asynchronous only, was a quarter of a request's time.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest
from servestatic.middleware import ServeStaticMiddleware  # type: ignore[import-untyped]

_search = ServeStaticMiddleware.add_files_from_finders
_found: dict[bool, dict[str, Any]] = {}
"""Files by the value of DEBUG, on which their headers depend."""


def search_once() -> None:
    """Makes this process search for static files only once."""

    def add_files(self: ServeStaticMiddleware) -> None:
        known = _found.get(settings.DEBUG)
        if known is None:
            _search(self)
            known = _found[settings.DEBUG] = dict(self.files)
        self.files.update(known)

    ServeStaticMiddleware.add_files_from_finders = add_files


def pass_by() -> None:
    """Makes requests of this process's synchronous clients for other paths than static files pass the middleware by."""

    def new(cls: type, get_response: Callable[[HttpRequest], Any]) -> Any:
        if iscoroutinefunction(get_response):
            return object.__new__(cls)

        def in_thread(request: HttpRequest) -> Any:
            if request.path_info.startswith(settings.STATIC_URL):
                return async_to_sync(cls(sync_to_async(get_response)))(request)
            return get_response(request)

        return in_thread

    ServeStaticMiddleware.__new__ = new
    ServeStaticMiddleware.sync_capable = True
