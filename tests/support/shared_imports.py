"""The libraries are imported once for all processes of a test run: 4 s of CPU less for each but the first.

The process of pytest-xdist that hands out the tests starts a process which imports them. The processes that run tests are
forks of it (tests/support/forked_gateways.py), and each of them gets another fork, for the product's processes
(tests/support/forked.py).
"""

import ast
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from tests.support.environment import ROOT

FORKING = "tests.support.forking"
"""The module that runs as the process with the libraries."""
OPTION = "--shared"
ORDERS, GATEWAY = "orders", "gateway"
"""The first line of a connection: what its fork serves."""
_ADDRESS = "AGENTEX_TEST_IMPORTS"
"""The variable with the path of the socket at which the process with the libraries listens."""


@contextmanager
def shared_imports() -> Iterator[None]:
    """Has the processes that are started while the block runs share a process with the libraries."""
    with tempfile.TemporaryDirectory(prefix="agentex-") as folder, socket.socket(socket.AF_UNIX) as listener:
        os.environ[_ADDRESS] = str(Path(folder) / "imports.sock")
        listener.bind(os.environ[_ADDRESS])
        listener.listen()
        number = listener.fileno()
        command = [sys.executable, "-m", FORKING, OPTION, str(number)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, pass_fds=[number])
        try:
            yield
        finally:
            del os.environ[_ADDRESS]
            process.communicate()


def connection() -> socket.socket | None:
    """A connection to a new fork of the shared process; None if none is shared."""
    if not (address := os.environ.get(_ADDRESS)):
        return None
    connected = socket.socket(socket.AF_UNIX)
    connected.connect(address)
    return connected


def forked_for_a_connection(listener: int) -> str:
    """Forks for each connection, until standard input ends.

    Returns:
        In each fork the first line of the connection, which is its standard input and output. In the first process an
        empty text, at the end.
    """
    # Ctrl-C also reaches this process, and the others still end in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nobody waits for the forks, so let the kernel reap them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=listener) as listening:
        while True:
            ready, _, _ = select.select([0, listener], [], [])
            if 0 in ready:
                return ""
            connected, _ = listening.accept()
            with connected:
                if os.fork() == 0:
                    for number in (0, 1):
                        os.dup2(connected.fileno(), number)
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                    return sys.stdin.readline().strip()


def serve_gateway() -> None:
    """Becomes a process of pytest-xdist: sends its id, and runs the program that execnet sends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    print(os.getpid(), flush=True)
    sys.argv = ["-c"]
    sys.modules["__main__"] = main = ModuleType("__main__")
    exec(ast.literal_eval(sys.stdin.readline()), vars(main))
