"""Ends WebSockets whose browser does not read.

Daphne 4.2 puts each frame into the transport's buffer, however much waits there, so a browser that reads
nothing makes the process grow with every word of an answer. What waits is private to Twisted (26.10).
"""

import logging
from typing import Any

from daphne.ws_protocol import WebSocketProtocol  # type: ignore[import-untyped]

logger = logging.getLogger(__name__)


def limit_unsent(limit: int) -> None:
    """Drops a connection that is to send a frame while more than ``limit`` bytes wait. Call it once.

    A page that reads again connects again, and continues from its cursor.
    """
    send = WebSocketProtocol.serverSend

    def limited_send(self: Any, content: str | bytes, binary: bool = False) -> None:
        if unsent(self.transport) > limit:
            logger.info("A socket is ended: more than %s bytes wait for its browser", f"{limit:,}")
            self.dropConnection(abort=True)
        else:
            send(self, content, binary)

    WebSocketProtocol.serverSend = limited_send


def unsent(transport: Any) -> int:
    """Bytes that wait to be sent."""
    return int(transport._tempDataLen + len(transport.dataBuffer) - transport.offset)
