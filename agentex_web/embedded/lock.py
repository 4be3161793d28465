"""One supervisor for one data directory.

The lock is a BSD one (`flock`): it belongs to the open file, which every process under the supervisor
inherits. So it is free when the last of them is gone, also after the supervisor was killed, and a new
supervisor never meets a Temporal or a web process of the last one.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from agentex_web.embedded.errors import CannotStart

LOCK_FILE = "supervisor.lock"
LEFTOVERS_SECONDS = 12.0


@contextlib.contextmanager
def supervising(data_dir: Path, say: Callable[[str], None]) -> Iterator[int]:
    """Hold the data directory's lock; gives the descriptor that child processes are to inherit.

    Raises:
        CannotStart: at once if the holder lives, after some seconds if its processes do not end.
    """
    descriptor = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, data_dir, say)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, data_dir: Path, say: Callable[[str], None]) -> None:
    deadline: float | None = None
    while not _try_lock(descriptor):
        holder = int(os.pread(descriptor, 20, 0) or 0)
        if _lives(holder):
            raise CannotStart(
                f"It is already running for {data_dir} (process {holder}). "
                "Stop that one first, or set AGENTEX_DATA_DIR to another folder."
            )
        if deadline is None:
            deadline = time.monotonic() + LEFTOVERS_SECONDS
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
    if not process:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
