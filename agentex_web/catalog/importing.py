"""Keeps what an agent's file does while it is imported from harming the worker."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LONGEST_IMPORT = 20.0
"""Seconds. The slowest of the packages that agents use takes 6 s on a busy machine."""


class ImportTooSlow(BaseException):
    """The import took longer than LONGEST_IMPORT. No ``except Exception`` of the author's may catch it."""


@contextmanager
def contained(seconds: float = LONGEST_IMPORT) -> Iterator[None]:
    """While the block runs, ``os._exit`` raises SystemExit, and what takes too long is interrupted.

    Only Python code in the main thread can be interrupted.

    Raises:
        ImportTooSlow: after ``seconds``.
    """
    really_exit = os._exit

    def exit_or_raise(status: int) -> None:
        # The thread that ends a worker which hangs (worker/stopping.py) means it.
        if threading.current_thread() is not threading.main_thread():
            really_exit(status)
        raise SystemExit(status)

    os._exit = exit_or_raise  # type: ignore[assignment]
    try:
        with _limited(seconds):
            yield
    finally:
        os._exit = really_exit


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise ImportTooSlow(f"It was still being imported after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
