"""Every address of the site, from its URL resolver and its WebSocket router."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from agentex_web.chat.routing import _urls as sockets

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")


def routes() -> list[str]:
    """All routes, such as ``tasks/<task_id>/``, without converter types and duplicates."""
    return list(dict.fromkeys(_plain(route) for route in _below(get_resolver(), "")))


def socket_routes() -> list[str]:
    return [_plain(str(route.pattern)) for route in sockets]


def filled(route: str, values: dict[str, Any]) -> str:
    """Returns the path of a route.

    Raises:
        KeyError: ``values`` lacks a part of the route.
    """
    return "/" + _CONVERTER.sub(lambda part: str(values[part[1]]), route)


def _below(resolver: Any, prefix: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from _below(each, route)


def _plain(route: str) -> str:
    route = _GROUP.sub(r"<\1>", route)
    return _CONVERTER.sub(r"<\1>", route).replace("^", "").replace("$", "")
