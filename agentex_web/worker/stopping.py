"""The end of a worker: it hears SIGTERM while its event loop is blocked, and ends itself if it hangs.

Three cases, from mild to hard:

- The loop turns. The signal ends it: running calls have their grace, and the process goes.
- The loop is blocked, or a thread does not end. Another thread hears the signal, and ends the process after
  its grace.
- Something holds the interpreter's lock, so that no thread runs. The C timer of ``faulthandler`` needs no
  lock: it prints where each thread stands, and ends the process.
"""

import asyncio
import faulthandler
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

SIGNALS = (signal.SIGTERM, signal.SIGINT)
HUNG_SECONDS = 60.0
"""A worker whose event loop does not turn for this long ends with a traceback, and is started again."""
TURN_SECONDS = 5.0
LAST_SECONDS = 0.8
"""Between the end of the grace and the hard end; the supervisor waits a little longer."""


@contextmanager
def stopped_by_signals(grace: float) -> Iterator[asyncio.Event]:
    """An event that SIGTERM or SIGINT sets. Called in the main thread, in a running loop.

    Args:
        grace: seconds from the signal that the process has to end; then it is ended.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    heard, wake = os.pipe()
    os.set_blocking(wake, False)
    # Python's C handler writes the signal's number here at once, also while the main thread is blocked.
    previous_wakeup = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    previous = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}

    def listen() -> None:
        number = os.read(heard, 1)
        while number and number[0] not in SIGNALS:
            number = os.read(heard, 1)
        if not number:
            return
        # The loop may have ended by itself.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)
        time.sleep(grace + LAST_SECONDS)
        faulthandler.dump_traceback(all_threads=True)
        os._exit(1)

    threading.Thread(target=listen, name="signals", daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_wakeup)
        # Not closed if it was heard: the thread then counts the grace until the process is gone.
        os.close(wake)


@asynccontextmanager
async def ended_if_hung() -> AsyncIterator[None]:
    """While the block runs, the process ends if its event loop does not turn for HUNG_SECONDS."""

    async def turn() -> None:
        while True:
            await asyncio.sleep(TURN_SECONDS)
            faulthandler.dump_traceback_later(HUNG_SECONDS, exit=True)

    faulthandler.dump_traceback_later(HUNG_SECONDS, exit=True)
    turning = asyncio.create_task(turn())
    try:
        yield
    finally:
        turning.cancel()
        faulthandler.cancel_dump_traceback_later()
