"""Every address of the site, as its resolver and its router of sockets know them."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from agentex_web.chat.routing import _urls as sockets

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")


def routes() -> list[str]:
    """As ``tasks/<task_id>/``, without the types of its parts; an address that another one hides comes once."""
    return list(dict.fromkeys(_plain(route) for route in _below(get_resolver(), "")))


def socket_routes() -> list[str]:
    return [_plain(str(route.pattern)) for route in sockets]


def filled(route: str, values: dict[str, Any]) -> str:
    """The path of a route.

    Raises:
        KeyError: a part of it has no value.
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
