"""Chooses the language and the time zone for a browser, by its cookies.

Without a cookie, the language is the one that the browser asks for, and the time zone is the site's. Cookies
need no query per request. The settings page writes the language's; the page's script writes the time zone's
(static/js/page/theme.js).
"""

import zoneinfo
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.decorators import sync_and_async_middleware

ZONE_COOKIE = "agentex_zone"


@lru_cache(1)
def zone_names() -> frozenset[str]:
    """The names of all time zones of the IANA database."""
    return frozenset(zoneinfo.available_timezones())


def browser_zone(cookies: Mapping[str, str]) -> str:
    """The time zone that the browser names; empty if it names none that exists."""
    name = cookies.get(ZONE_COOKIE, "").replace("%2F", "/")
    return name if name in zone_names() else ""


def activate_zone(cookies: Mapping[str, str]) -> None:
    """Shows times in the browser's zone, or in the site's if the browser has not named one that exists."""
    if name := browser_zone(cookies):
        timezone.activate(zoneinfo.ZoneInfo(name))
    else:
        timezone.deactivate()


@sync_and_async_middleware
def zones(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: shows times in the browser's zone."""
    if iscoroutinefunction(get_response):

        async def on_loop(request: HttpRequest) -> HttpResponse:
            activate_zone(request.COOKIES)
            answer: HttpResponse = await get_response(request)
            return answer

        return on_loop

    def in_thread(request: HttpRequest) -> HttpResponse:
        activate_zone(request.COOKIES)
        answer: HttpResponse = get_response(request)
        return answer

    return in_thread


def activate_for_socket(scope: Mapping[str, Any]) -> None:
    """Activates language and time zone for a socket's asyncio task, as the middlewares do for a page."""
    request = HttpRequest()
    request.COOKIES = dict(scope.get("cookies", {}))
    for name, value in scope.get("headers", ()):
        if name == b"accept-language":
            request.META["HTTP_ACCEPT_LANGUAGE"] = value.decode("latin-1")
    translation.activate(translation.get_language_from_request(request))
    activate_zone(request.COOKIES)
