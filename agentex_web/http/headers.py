"""Headers that every response has."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
"""Dictation in the composer may use the microphone; nothing uses the other features."""


@sync_and_async_middleware
def privacy_headers(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Pages are personal, so caches may not store them unless their view allows it."""
    if iscoroutinefunction(get_response):

        async def on_loop(request: HttpRequest) -> HttpResponse:
            return _private(await get_response(request))

        return on_loop

    def in_thread(request: HttpRequest) -> HttpResponse:
        return _private(get_response(request))

    return in_thread


def _private(answer: HttpResponse) -> HttpResponse:
    answer.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    answer.headers.setdefault("Cache-Control", "no-store, private")
    return answer
