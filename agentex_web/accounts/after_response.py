"""Runs what a response must not wait for: its time would tell strangers whether there is an account."""

import atexit
import contextvars
import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

from django.db import connections
from django.utils import translation

logger = logging.getLogger(__name__)

THREADS = 2
"""A mail server that does not answer holds a thread for 10 s (configuration/mail.py)."""
MOST_CALLS = 100
"""Calls that run or wait. Strangers can cause them, so what comes beyond that is logged and left out."""
LAST_SECONDS = 3.0
"""How long the process waits for calls when it ends."""
_places = threading.BoundedSemaphore(MOST_CALLS)


class _Threads:
    """Daemon threads. Python waits for all calls of a ThreadPoolExecutor before a process ends."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._starting = threading.Lock()
        self._started = 0

    def submit(self, call: Callable[..., object], *args: object) -> None:
        with self._starting:
            if self._started < THREADS:
                threading.Thread(target=self._work, name="after a response", daemon=True).start()
                self._started += 1
        self._calls.put(partial(call, *args))

    def _work(self) -> None:
        while True:
            self._calls.get()()


_threads = _Threads()


def after_response(work: Callable[[], object]) -> None:
    """Runs ``work`` in a thread, in the language of the request. An exception is logged."""
    if not _places.acquire(blocking=False):
        logger.error("%s calls still wait after their responses: one more was left out.", MOST_CALLS)
        return
    context, language = contextvars.copy_context(), translation.get_language()
    try:
        _threads.submit(context.run, _run, work, language)
    except BaseException:
        _places.release()
        raise


def _run(work: Callable[[], object], language: str | None) -> None:
    try:
        try:
            with translation.override(language):
                work()
        finally:
            connections.close_all()
    except BaseException:
        logger.exception("Work after a response failed")
    finally:
        _places.release()


@atexit.register
def finish() -> None:
    """Waits until all calls have ended, for LAST_SECONDS at most."""
    end = time.monotonic() + LAST_SECONDS
    for ended in range(MOST_CALLS):
        if not _places.acquire(timeout=max(0.0, end - time.monotonic())):
            logger.error(
                "The process ends. Calls after responses that have not ended: %s.", MOST_CALLS - ended
            )
            return
