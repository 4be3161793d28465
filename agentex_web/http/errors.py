"""Malformed requests: the middleware that refuses them, and the page that they get."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.utils.decorators import sync_and_async_middleware


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers 400. Django's own view parses the form again, and fails again if the form is malformed."""
    return HttpResponseBadRequest(render_to_string("400.html"))


@sync_and_async_middleware
def no_nul(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: refuses URLs with a NUL, which PostgreSQL rejects in queries. Forms refuse it as well."""
    if iscoroutinefunction(get_response):

        async def on_loop(request: HttpRequest) -> HttpResponse:
            _check(request)
            answer: HttpResponse = await get_response(request)
            return answer

        return on_loop

    def in_thread(request: HttpRequest) -> HttpResponse:
        _check(request)
        answer: HttpResponse = get_response(request)
        return answer

    return in_thread


def _check(request: HttpRequest) -> None:
    query = request.META.get("QUERY_STRING", "")
    if "\x00" in request.path_info or "%00" in query or "\x00" in query:
        raise BadRequest("There is a NUL in the address.")
