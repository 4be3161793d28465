"""The processes of pytest-xdist are forked from the one that has imported the libraries (tests/support/shared_imports.py)."""

import socket
from typing import Any

from execnet import gateway_io
from execnet.gateway_base import Popen2IO

from tests.support.process import Forked
from tests.support.shared_imports import GATEWAY, connection

_start = gateway_io.Popen2IOMaster


def fork_gateways() -> None:
    """Makes execnet fork the processes that it would start."""
    vars(gateway_io)["Popen2IOMaster"] = _io


def _io(command: list[str], execmodel: Any) -> Popen2IO:
    connected = connection()
    return _start(command, execmodel) if connected is None else _ForkedIO(connected, execmodel)


class _ForkedIO(Popen2IO):
    """Standard input and output of a fork."""

    def __init__(self, connected: socket.socket, execmodel: Any) -> None:
        self._connected = connected
        super().__init__(connected.makefile("wb"), connected.makefile("rb"), execmodel)
        self.write(f"{GATEWAY}\n".encode())
        self._process = Forked(int(self.infile.readline()))

    def close_write(self) -> None:
        super().close_write()
        self._connected.shutdown(socket.SHUT_WR)

    def wait(self) -> int:
        return self._process.wait()

    def kill(self) -> None:
        self._process.kill()
