"""One Redis client for each event loop; it connects when used and follows an address that changes."""

import asyncio
from weakref import WeakKeyDictionary

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from agentex_web.services import redis_url

CONNECT_SECONDS = 2.0
COMMAND_SECONDS = 5.0

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[str, Redis]] = WeakKeyDictionary()


def redis_client() -> Redis:
    """The client of this event loop.

    Raises:
        ServiceMissing: there is no address to connect to.
    """
    url = redis_url()
    loop = asyncio.get_running_loop()
    known = _clients.get(loop)
    if known is None or known[0] != url:
        known = (url, new_client(url, timeout=COMMAND_SECONDS))
        _clients[loop] = known
    return known[1]


def new_client(url: str, *, timeout: float) -> Redis:
    """A client; ``timeout`` bounds each command, in seconds, and so must be longer than one that blocks."""
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=CONNECT_SECONDS,
        # A server that went away and came back leaves dead connections in the pool: try once more.
        retry=Retry(NoBackoff(), 1),
    )
