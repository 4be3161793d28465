"""Stops a worker on SIGTERM, even if its event loop is blocked.

If the event loop runs, the signal stops it: running calls get their grace period, and the process ends. If
the loop is blocked, or a thread does not end, another thread receives the signal, and ends the process after
the grace period.
"""

import asyncio
import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SIGNALS = (signal.SIGTERM, signal.SIGINT)
STRAY_SIGNALS = (signal.SIGALRM, signal.SIGVTALRM, signal.SIGUSR1, signal.SIGUSR2)
"""Without a handler, they end the process; a tool's ``signal.alarm(5)`` sends one."""
LAST_SECONDS = 0.8
"""Seconds between the end of the grace period and the forced end; the supervisor waits a little longer."""
THREAD_NAME = "signals"


@contextmanager
def stopped_by_signals(grace: float) -> Iterator[asyncio.Event]:
    """Yields an event that SIGTERM or SIGINT sets. Call it in the main thread, with a running event loop.

    Args:
        grace: seconds that the process has to end after the signal; then it is ended by force.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    heard, wake = os.pipe()
    os.set_blocking(wake, False)
    # Python's C handler writes the signal's number to this pipe at once, even if the main thread is blocked.
    previous_wakeup = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    previous = {number: signal.signal(number, lambda *_: None) for number in (*SIGNALS, *STRAY_SIGNALS)}

    def listen() -> None:
        number = os.read(heard, 1)
        while number and number[0] not in SIGNALS:
            number = os.read(heard, 1)
        if not number:
            return
        # The loop may be closed already.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)
        time.sleep(grace + LAST_SECONDS)
        faulthandler.dump_traceback(all_threads=True)
        os._exit(1)

    threading.Thread(target=listen, name=THREAD_NAME, daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_wakeup)
        # Ends the thread if no signal came. After a signal, it ends the process once the grace is over.
        os.close(wake)
