"""One Redis client per event loop. It connects when it is used, and follows a changed address."""

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
    """Returns the client of this event loop.

    Raises:
        ServiceMissing: the address of Redis is not known.
    """
    url = redis_url()
    loop = asyncio.get_running_loop()
    known = _clients.get(loop)
    if known is None or known[0] != url:
        known = (url, new_client(url, timeout=COMMAND_SECONDS))
        _clients[loop] = known
    return known[1]


def new_client(url: str, *, timeout: float) -> Redis:
    """Creates a client. ``timeout`` limits each command in seconds, so it must exceed blocking commands."""
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=CONNECT_SECONDS,
        # If the server restarted, connections in the pool are dead: try once more.
        retry=Retry(NoBackoff(), 1),
    )
