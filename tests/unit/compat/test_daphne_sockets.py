"""agentex_web/compat/daphne_sockets.py is needed while Daphne ignores the size of its send buffer."""

import inspect
from typing import Any

from autobahn.websocket import protocol
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.abstract import FileDescriptor

from agentex_web.compat.daphne_sockets import unsent


class Connection(FileDescriptor):
    """A connection whose peer accepts ``room`` bytes."""

    room = 10

    def writeSomeData(self, data: Any) -> int:
        taken = min(self.room, len(data))
        self.room -= taken
        return taken


class Reactor:
    def addWriter(self, writer: Any) -> None:
        pass


def test_autobahn_highlights_a_line_for_each_frame() -> None:
    assert "hltype(self.sendData)" in inspect.getsource(WebSocketProtocol.sendData)


def test_autobahn_prints_its_options_for_each_socket() -> None:
    assert "pformat(configAttrLog)" in inspect.getsource(protocol.WebSocketProtocol._connectionMade)


def test_daphne_sends_whatever_waits() -> None:
    assert "transport" not in inspect.getsource(WebSocketProtocol.sendMessage)


def test_what_waits_is_counted() -> None:
    connection = Connection(Reactor())
    connection.connected = True
    assert unsent(connection) == 0
    connection.write(b"x" * 100)
    assert unsent(connection) == 100
    connection.doWrite()
    connection.write(b"x" * 5)
    assert unsent(connection) == 95
