"""Drops WebSocket connections whose browser does not read, and formats no log lines that nobody reads.

Daphne 4.2 adds each frame to the transport's buffer without a limit, so a browser that reads nothing makes
the process grow with every word of an answer. The buffer's size is in private attributes of Twisted (26.10).
"""

import logging
from typing import Any

from autobahn.websocket import protocol
from daphne.ws_protocol import WebSocketProtocol  # type: ignore[import-untyped]

logger = logging.getLogger(__name__)


def limit_unsent(limit: int) -> None:
    """Drops a connection if another frame is sent while more than ``limit`` bytes are unsent. Call it once.

    A page that resumes reading reconnects, and continues from its cursor.
    """
    send = WebSocketProtocol.serverSend

    def limited_send(self: Any, content: str | bytes, binary: bool = False) -> None:
        if unsent(self.transport) > limit:
            logger.info("A socket was closed: more than %s bytes wait for its browser", f"{limit:,}")
            self.dropConnection(abort=True)
        else:
            send(self, content, binary)

    WebSocketProtocol.serverSend = limited_send


def unsent(transport: Any) -> int:
    """The number of bytes that wait to be sent."""
    return int(transport._tempDataLen + len(transport.dataBuffer) - transport.offset)


def without_debug_texts() -> None:
    """Leaves out the colours and tables of autobahn's debug log.

    Autobahn 26.10 makes them also if the line is not logged: it highlights the values of a line for each
    frame that it sends, 18 µs a frame, and prints all its options for each socket that opens, 0.6 ms.
    """
    vars(protocol).update(hltype=_as_it_is, hlval=_as_it_is, pformat=_as_it_is)


def _as_it_is(value: object, *_: object, **__: object) -> object:
    return value
