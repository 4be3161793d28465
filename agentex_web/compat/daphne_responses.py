"""Makes a response wait for its browser, between its parts.

Daphne 4.2 puts all of a response into the connection's buffer at once, and then Twisted cuts the connection
after 75 s: a browser that took 220 KB a second got 17 of 20 MB. 20 such downloads that nobody read took 500
MB of memory. The buffer's size is in private attributes of Twisted (26.10).
"""

import asyncio
import logging
import time
from typing import Any

from daphne.http_protocol import WebRequest  # type: ignore[import-untyped]
from daphne.server import Server  # type: ignore[import-untyped]

from agentex_web.compat.daphne_sockets import unsent

logger = logging.getLogger(__name__)

UNSENT_BYTES = 256 * 1024
"""A response goes on when less than this waits for its browser."""
STALLED_SECONDS = 60.0
"""A browser that takes nothing for this long is disconnected."""
MOST_WAITING = 40
"""Responses that wait at once. If more do, the one whose browser last took something longest ago is ended."""
_LOOK_EVERY = 0.05


class _Waiting:
    """A response that waits for its browser."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._unsent = unsent(transport)
        self.moved_at = time.monotonic()
        self.is_ended = False

    def look(self) -> bool:
        """Returns True while more than UNSENT_BYTES wait and the connection is open."""
        now = unsent(self._transport)
        if now < self._unsent:
            self.moved_at = time.monotonic()
        self._unsent = now
        return now > UNSENT_BYTES and bool(self._transport.connected)

    def end(self, reason: str) -> None:
        self.is_ended = True
        logger.info("A download was ended: %s", reason)
        self._transport.abortConnection()


_waiting: list[_Waiting] = []


_reply = Server.handle_reply


def let_responses_wait() -> None:
    """Patches Daphne's server. Call it before serving."""
    Server.handle_reply = _handle_reply


async def _handle_reply(self: Any, protocol: Any, message: Any) -> None:
    await _reply(self, protocol, message)
    # After its last part, a request has no channel any more.
    channel = getattr(protocol, "channel", None) if isinstance(protocol, WebRequest) else None
    if channel is not None and unsent(channel.transport) > UNSENT_BYTES:
        await _until_taken(_Waiting(channel.transport))


async def _until_taken(one: _Waiting) -> None:
    _waiting.append(one)
    try:
        # Those that are ended stay in the list until they look.
        waiting = [each for each in _waiting if not each.is_ended]
        if len(waiting) > MOST_WAITING:
            min(waiting, key=lambda each: each.moved_at).end("too many downloads wait for their browsers")
        while one.look():
            if time.monotonic() - one.moved_at > STALLED_SECONDS:
                one.end("its browser has stopped reading")
                return
            await asyncio.sleep(_LOOK_EVERY)
    finally:
        _waiting.remove(one)
