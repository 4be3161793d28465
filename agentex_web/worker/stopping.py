"""Stops a worker on SIGTERM even if its event loop is blocked, and ends a worker that hangs.

Three cases, from mild to severe:

- The event loop runs. The signal stops it: running calls get their grace period, and the process ends.
- The loop is blocked, or a thread does not end. Another thread receives the signal, and ends the process
  after the grace period.
- Something computes and holds the GIL, so that no thread runs. ``faulthandler``'s C code does not need the
  GIL: it prints the stack of each thread, and the process ends.

A process that was paused (SIGSTOP, a frozen machine) does not hang: only the time in which it runs counts.
"""

import asyncio
import faulthandler
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import IO, NoReturn

from agentex_web.compat.workflow_exits import note_with
from agentex_web.turns import authors_activities
from agentex_web.worker.held_threads import HeldThreads
from agentex_web.worker.running_tasks import RunningTasks

logger = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)
STRAY_SIGNALS = (signal.SIGALRM, signal.SIGVTALRM, signal.SIGUSR1, signal.SIGUSR2)
"""Without a handler, they end the process; a tool's ``signal.alarm(5)`` sends one."""
HUNG_SECONDS = 60.0
"""A worker whose event loop is blocked for this long ends with a traceback, and is started again."""
GIL_SECONDS = 7.0 + (os.cpu_count() or 1)
"""Seconds of CPU time without any thread of Python: native code without the GIL uses up to one per core in a
second. CPU time, because a machine or container that was paused must not seem to hang.
"""
INTERRUPT_SECONDS, TASK_SECONDS = 6.0, 30.0
"""A workflow task that has run for longer is interrupted each second; then the worker ends."""
TURN_SECONDS, WATCH_SECONDS = 1.0, 1.0
GLANCES = 10
"""How many glances come between two looks."""
PAUSE_SECONDS = 5.0
"""If the watching thread sleeps longer, the process was paused meanwhile."""
LAST_SECONDS = 0.8
"""Seconds between the end of the grace period and the forced end; the supervisor waits a little longer."""


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

    threading.Thread(target=listen, name="signals", daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_wakeup)
        # Ends the thread if no signal came. After a signal, it ends the process once the grace is over.
        os.close(wake)


@asynccontextmanager
async def ended_if_hung(
    tasks: RunningTasks | None = None,
    look: Callable[[], str] = lambda: "",
    glance: Callable[[], str] = lambda: "",
) -> AsyncIterator[None]:
    """While the block runs, ends the process if it hangs.

    That is: something computed for GIL_SECONDS and held the GIL; the event loop was blocked for HUNG_SECONDS;
    an author's code does not give back the worker's own threads (held_threads.py); or a workflow task has run
    for TASK_SECONDS, though Temporal interrupts it after 2 s, and this again after INTERRUPT_SECONDS.

    Args:
        tasks: notes the workflow tasks; also gets the stack, which is otherwise only printed, and that of a
            crash in native code.
        look: called every second, in a thread; returns why the process has to end, or an empty text.
        glance: the same, called several times a second. What it returns is also noted.
    """
    # The seconds that the process has run, and when the loop turned last.
    ran, turned, last, stop = 0.0, 0.0, time.monotonic(), threading.Event()
    failed: set[str] = set()

    async def turn() -> None:
        nonlocal turned
        while True:
            turned = ran + min(time.monotonic() - last, PAUSE_SECONDS)
            await asyncio.sleep(TURN_SECONDS)

    def watch() -> None:
        nonlocal ran, last
        held = HeldThreads()
        while not _stopped(stop, file, glance, failed):
            now = time.monotonic()
            ran, last = ran + min(now - last, PAUSE_SECONDS), now
            task = tasks.longest() if tasks else 0
            if ran - turned > HUNG_SECONDS or task > TASK_SECONDS:
                _end(file, "the worker hangs")
            if reason := _answer(partial(held.look, ran, turned), failed):
                _end(file, reason)
            if reason := _answer(look, failed):
                _end(sys.stderr, reason)
            if task > INTERRUPT_SECONDS and tasks:
                tasks.interrupt(INTERRUPT_SECONDS)
            signal.setitimer(signal.ITIMER_PROF, GIL_SECONDS)

    file: IO[str] = tasks.stack if tasks else sys.stderr
    if tasks:
        # A crash in native code would repeat in each worker too.
        faulthandler.enable(file, all_threads=True)
        tasks.clock = lambda: ran
        note_with(tasks.noted)
        authors_activities.note_with(tasks.noted_activity)
    turning = asyncio.create_task(turn())
    # Python's own handlers need the GIL. This one does not; then the signal ends the process.
    faulthandler.register(signal.SIGPROF, file=file, all_threads=True, chain=True)
    signal.setitimer(signal.ITIMER_PROF, GIL_SECONDS)
    thread = threading.Thread(target=watch, name="hangs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        turning.cancel()
        stop.set()
        thread.join()
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.unregister(signal.SIGPROF)
        if tasks:
            faulthandler.disable()
            tasks.close()


def _stopped(stop: threading.Event, file: IO[str], glance: Callable[[], str], failed: set[str]) -> bool:
    """Waits for WATCH_SECONDS, with glances."""
    for _ in range(GLANCES):
        if stop.wait(WATCH_SECONDS / GLANCES):
            return True
        if reason := _answer(glance, failed):
            _end(file, reason)
    return False


def _answer(ask: Callable[[], str], failed: set[str]) -> str:
    """What a look returns; empty if it fails: without the thread that looks, SIGPROF would end the process.

    Args:
        failed: the kinds of errors that are logged already.
    """
    try:
        return ask()
    except MemoryError:
        # `glance` deals with it.
        return ""
    except Exception as error:
        # As when an author's code has changed a module that the look needs.
        if (kind := type(error).__name__) not in failed:
            failed.add(kind)
            logger.exception("The process could not be watched")
        return ""


def _end(file: IO[str], reason: str) -> NoReturn:
    print(f"Timeout ({reason})", file=file, flush=True)
    faulthandler.dump_traceback(file=file, all_threads=True)
    os._exit(1)
