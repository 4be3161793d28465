"""The open sockets of this web process, by person: counts them, and checks them when an account changes.

Every change that ends a session or removes a permission is announced on one stream
(accounts/announcements.py), which the process's stream reader reads together with the tasks' streams.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.exceptions import RedisError

from agentex_web.background import in_background, supervised
from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.streams.entries import Entry, last_cursor
from agentex_web.streams.events import AccountChanged
from agentex_web.streams.keys import ACCOUNTS, START, stream_key
from agentex_web.streams.reader import stream_reader

Check = Callable[[], Awaitable[None]]


class TooManySockets(Exception):
    """The person has as many pages open as the limit allows."""


class OpenSockets:
    def __init__(self) -> None:
        self._checks: defaultdict[int, set[tuple[str, Check]]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None

    def is_full(self, user_id: int, kind: str) -> bool:
        """True if the person has as many of this kind open in this process as the limit allows."""
        limit = settings.AGENTEX_OPEN_SOCKETS
        return bool(limit) and sum(each == kind for each, _ in self._checks.get(user_id, ())) >= limit

    @contextmanager
    def opened(self, user_id: int, check: Check, kind: str = "chat") -> Iterator[None]:
        """While the block runs, ``check`` is called whenever the person's account changes.

        Args:
            kind: "chat" or "list", of which a page has one each, or "stream" of the API.

        Raises:
            TooManySockets: the person already has ``AGENTEX_OPEN_SOCKETS`` of this kind in this process.
        """
        if self.is_full(user_id, kind):
            raise TooManySockets
        self._checks[user_id].add((kind, check))
        if self._listening is None or self._listening.done():
            name = "The listener for changed accounts"
            self._listening = in_background(supervised(name, self._listen), name)
        try:
            yield
        finally:
            self._checks[user_id].discard((kind, check))
            if not self._checks[user_id]:
                del self._checks[user_id]
            if not self._checks and self._listening is not None:
                self._listening.cancel()
                self._listening = None

    async def _listen(self) -> None:
        async with stream_reader().subscribe(ACCOUNTS, await _now()) as subscription:
            while True:
                item = await subscription.queue.get()
                # If Redis loses an announcement, the periodic check of each socket finds the change.
                if isinstance(item, Entry) and isinstance(item.event, AccountChanged):
                    checks = [check() for _, check in self._checks.get(item.event.user, ())]
                    await asyncio.gather(*checks)


async def _now() -> str:
    try:
        return await last_cursor(redis_client(), stream_key(ACCOUNTS))
    except (RedisError, ServiceMissing, OSError):
        return START


_open: WeakKeyDictionary[asyncio.AbstractEventLoop, OpenSockets] = WeakKeyDictionary()


def open_sockets() -> OpenSockets:
    """The open sockets of this event loop. A process has one loop; tests have several."""
    return _open.setdefault(asyncio.get_running_loop(), OpenSockets())
