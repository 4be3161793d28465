"""Which pages may open a socket: those with this site's host and port, and those that the settings trust."""

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

_PORTS = {"http": 80, "https": 443}

Application = Any


def is_allowed(origin: str, host: str) -> bool:
    """True if a page of this origin may open a socket.

    Args:
        origin: the Origin header, such as ``https://chat.example.org``.
        host: the Host header, with the port unless it is the scheme's default.
    """
    try:
        parsed = urlsplit(origin.lower())
        port = parsed.port or _PORTS.get(parsed.scheme)
    except ValueError:
        return False
    if f"{parsed.scheme}://{parsed.netloc}" in settings.CSRF_TRUSTED_ORIGINS:
        return True
    domain, host_port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    # An IPv6 address has brackets in the header, but not in the parsed hostname.
    same_host = parsed.hostname == domain.strip("[]")
    return same_host and port == (int(host_port) if host_port else _PORTS.get(parsed.scheme))


class OriginValidator:
    """Refuses sockets from other sites. The validator of Channels 4.3 compares hosts without ports."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        allowed = is_allowed(headers.get(b"origin", ""), headers.get(b"host", ""))
        await (self._application if allowed else WebsocketDenier())(scope, receive, send)
