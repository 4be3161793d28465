"""Allows one supervisor per data directory.

The lock is a BSD lock (`flock`): it belongs to the open file, which every process under the supervisor
inherits. So it is released only when the last of them has ended, even after the supervisor was killed, and a
new supervisor never meets a Temporal or a web process of the old one. The package filelock opens its own file
and keeps the descriptor to itself, so its lock would end with the supervisor.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from agentex_web.embedded.part import CannotStart

LOCK_FILE = "supervisor.lock"
LEFTOVERS_SECONDS = 12.0


class AlreadyRunning(CannotStart):
    """A supervisor holds the lock. `command` is the command that started it: run or services."""

    def __init__(self, data_dir: Path, process: int, command: str) -> None:
        super().__init__(
            f"It is already running for {data_dir} (process {process}). "
            "Stop that one first, or set AGENTEX_DATA_DIR to another folder."
        )
        self.command = command


@contextlib.contextmanager
def supervising(data_dir: Path, command: str, say: Callable[[str], None]) -> Iterator[int]:
    """Holds the data directory's lock. Yields the descriptor, which the child processes must inherit.

    Raises:
        AlreadyRunning: at once, if the supervisor that holds the lock is alive.
        CannotStart: after some seconds, if the processes of a killed supervisor do not end.
    """
    descriptor = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for_lock(descriptor, data_dir, say)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {command}".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, data_dir: Path, say: Callable[[str], None]) -> None:
    deadline = time.monotonic() + LEFTOVERS_SECONDS
    said = False
    while not _try_lock(descriptor):
        process, _, command = os.pread(descriptor, 40, 0).decode().partition(" ")
        if process and _lives(int(process)):
            raise AlreadyRunning(data_dir, int(process), command)
        if not said:
            said = True
            say("The processes of an earlier run are still ending; waiting for them.")
        if time.monotonic() > deadline:
            raise CannotStart(
                f"Processes of an earlier run still hold {data_dir / LOCK_FILE}; end them and try again."
            )
        time.sleep(0.1)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
