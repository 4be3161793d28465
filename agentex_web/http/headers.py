"""Headers that every response has."""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
"""Dictation in the composer may use the microphone; nothing uses the other features."""


@sync_and_async_middleware
def privacy_headers(
    get_response: Callable[[HttpRequest], HttpResponse] | Callable[[HttpRequest], Awaitable[HttpResponse]],
) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    """Pages are personal, so caches may not store them unless their view allows it."""

    async def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        response = answer if isinstance(answer, HttpResponse) else await answer
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware
