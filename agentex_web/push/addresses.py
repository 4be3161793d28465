"""Which addresses a browser may name as its push service. Requests must not reach the internal network."""

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from django.conf import settings

RESOLVE_SECONDS = 5
THREAD_NAME = "push names"
_names = ThreadPoolExecutor(32, thread_name_prefix=THREAD_NAME)
"""Threads that look up push services. A name server that does not answer holds a thread for long, so these
must not be the event loop's own threads, which look up models and services.
"""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """Nothing is sent to this address; the text says why."""


@dataclass(frozen=True)
class Endpoint:
    """The address of a push service, taken apart.

    Attributes:
        origin: scheme, host and port; the audience of the VAPID token.
    """

    url: str
    scheme: str
    host: str
    port: int
    origin: str


def parsed(url: str) -> Endpoint:
    """Parses an address, and checks it as far as possible without network access.

    Raises:
        NotAllowed: it is not an https address of a host on the internet.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise NotAllowed("It is not an address.") from None
    private = settings.AGENTEX_PUSH_PRIVATE
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise NotAllowed("It is not an https address.")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("It is not the address of a push service.")
    if not all(each.isascii() and each.isprintable() and not each.isspace() for each in url):
        raise NotAllowed("It has characters that are not allowed in an address.")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        if not private and ("." not in host or host.endswith((".local", ".internal", ".localhost"))):
            raise NotAllowed("Its host is not on the internet.") from None
    else:
        check(str(literal))
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
    return Endpoint(url, parts.scheme, host, port or (443 if parts.scheme == "https" else 80), origin)


def check(address: str) -> None:
    """Checks an IP address of a push service.

    Raises:
        NotAllowed: the IP address is not on the internet.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = _inner(found)
    if not settings.AGENTEX_PUSH_PRIVATE and not (
        found.is_global and inner.is_global and not found.is_multicast
    ):
        raise NotAllowed(f"{address} is not on the internet.")


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that is embedded in an IPv6 one and is reached through it; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64 or int(address) < 2**32:
        return IPv4Address(int(address) % 2**32)
    return address.ipv4_mapped or address.sixtofour or address


async def resolved(endpoint: Endpoint) -> str:
    """The checked IP address. The request goes to this address, because the name could resolve to another one
    a moment later.

    Raises:
        NotAllowed: one of the host's addresses is not on the internet.
        OSError: the name cannot be resolved.
    """
    look_up = partial(socket.getaddrinfo, endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    async with asyncio.timeout(RESOLVE_SECONDS):
        found = await asyncio.get_running_loop().run_in_executor(_names, look_up)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        check(address)
    if not addresses:
        raise OSError(f"{endpoint.host} has no address.")
    return addresses[0]
