"""The stack that tests share as a site: its parts are forked, so that a restart costs a tenth of a process's imports."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.stack import Stack

RESTART_SECONDS = 0.1


class OnStack:
    """A `Site`. Its parts are restarted while `supervised` runs."""

    parts = ("worker", "web", "redis", "temporal")

    def __init__(self, stack: Stack) -> None:
        self.stack, self.url, self.data = stack, stack.url, stack.data

    @contextmanager
    def supervised(self) -> Iterator[None]:
        """Starts each part that dies again, until the block ends."""
        ending = threading.Event()

        def keep() -> None:
            while not ending.wait(RESTART_SECONDS):
                self.stack.restore()

        keeper = threading.Thread(target=keep)
        keeper.start()
        try:
            yield
        finally:
            ending.set()
            keeper.join()

    def start(self) -> None:
        self.stack.start()

    def stop(self) -> None:
        self.stack.rest()

    def signal(self, part: str, number: signal.Signals) -> bool:
        """Signals the process group of the part's current process. Returns False if it does not run."""
        try:
            os.killpg(self.stack.pid(part), number)
        except ProcessLookupError:
            return False
        return True

    def kill_supervisor(self) -> None:
        """There is none: kills what would end with it."""
        for part in ("services", "worker", "web"):
            self.signal(part, signal.SIGKILL)

    def second_worker_joins(self) -> None:
        self.stack.start_worker("second")

    def second_worker_leaves(self) -> None:
        self.stack.kill("second", signal.SIGTERM)

    @property
    def log(self) -> str:
        return self.stack.logs()
