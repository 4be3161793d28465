"""Ports of the embedded services: the same at every start, but different in every checkout."""

import errno
import socket
import zlib
from collections.abc import Sequence
from pathlib import Path

from agentex_web.embedded.part import CannotStart

LOOPBACK = "127.0.0.1"
# Below the ports for outgoing connections on Linux (from 32768) and macOS (from 49152). A client that
# connects to a stopped service's port in that range may be given that very port, connect to itself, and so
# keep the service from starting again.
FIRST_PORT = 20_000
BLOCK = 8
BLOCKS = 1_250


def choose(data_dir: Path, names: Sequence[str]) -> dict[str, int]:
    """Returns a free port for each of up to eight names.

    The ports are derived from the data directory, so a bookmark to Temporal's UI stays valid. If another
    program uses one of them, only that name gets another port.
    """
    home = zlib.crc32(str(data_dir).encode())
    return {name: _first_free(home, place) for place, name in enumerate(names)}


def _first_free(home: int, place: int) -> int:
    for step in range(BLOCKS):
        port = FIRST_PORT + (home + step) % BLOCKS * BLOCK + place
        if is_free(LOOPBACK, port):
            return port
    raise CannotStart(f"All ports from {FIRST_PORT} to {FIRST_PORT + BLOCKS * BLOCK} are taken.")


def is_free(host: str, port: int) -> bool:
    """True if a server could listen there now.

    Raises:
        OSError: the host is not an address of this machine, or the port needs rights that this user lacks.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the servers do: a connection in TIME_WAIT does not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True
