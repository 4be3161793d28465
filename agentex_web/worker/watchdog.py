"""Ends a worker that hangs, so that another one takes over its work.

If the event loop is blocked for good, a thread notices, prints the stack of each thread and ends the process.
The same thread restarts a timer of CPU time each second. If code holds the GIL, the thread cannot run, the
timer runs out, and the kernel sends SIGPROF. ``faulthandler``'s C code, which does not need the GIL, handles
that signal: it prints the stacks, and the process ends.

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
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import IO, NoReturn

from agentex_web.compat.workflow_exits import note_with
from agentex_web.turns import authors_activities
from agentex_web.worker.held_threads import HeldThreads
from agentex_web.worker.running_tasks import RunningTasks

logger = logging.getLogger(__name__)

HUNG_SECONDS = 60.0
"""A worker whose event loop is blocked for this long ends with a traceback, and is started again."""
GIL_SECONDS = 7.0 + (os.cpu_count() or 1)
"""Seconds of CPU time in which the watching thread could not run. One more for each core, because native code
without the GIL uses up to one on each core in a second. CPU time, because a machine or container that was
paused must not seem to hang.
"""
INTERRUPT_SECONDS, TASK_SECONDS = 6.0, 30.0
"""A workflow task that has run for longer is interrupted each second; then the worker ends."""
LOOP_NOTED_SECONDS, WATCH_SECONDS = 1.0, 1.0
"""How often the event loop notes that it turns, and how often the watching thread looks."""
GLANCES_BEFORE_LOOK = 10
PAUSE_SECONDS = 5.0
"""If the watching thread sleeps longer, the process was paused meanwhile."""

Look = Callable[[], str]
"""Returns why the process has to end; empty if it can go on."""


def _nothing() -> str:
    return ""


@asynccontextmanager
async def ended_if_hung(
    tasks: RunningTasks | None = None, look: Look = _nothing, glance: Look = _nothing
) -> AsyncIterator[None]:
    """While the block runs, ends the process if it hangs.

    That is: something computed for GIL_SECONDS and held the GIL; the event loop was blocked for HUNG_SECONDS;
    an author's code does not give back the worker's own threads (held_threads.py); or a workflow task has run
    for TASK_SECONDS, though Temporal interrupts it after 2 s, and this again after INTERRUPT_SECONDS.

    Args:
        tasks: notes the workflow tasks; also gets the stack, which is otherwise only printed, and that of a
            crash in native code.
        look: called every second, in a thread.
        glance: called several times a second. What it returns is also noted.
    """
    watchdog = _Watchdog(tasks, look, glance)
    if tasks:
        # A crash in native code would repeat in each worker too.
        faulthandler.enable(tasks.stack, all_threads=True)
        tasks.clock = lambda: watchdog.seconds_run
        note_with(tasks.noted)
        authors_activities.note_with(tasks.noted_activity)
    turning = asyncio.create_task(watchdog.note_turns())
    # Python's own handlers need the GIL. This one does not; then the signal ends the process.
    faulthandler.register(signal.SIGPROF, file=watchdog.file, all_threads=True, chain=True)
    signal.setitimer(signal.ITIMER_PROF, GIL_SECONDS)
    thread = threading.Thread(target=watchdog.watch, name="hangs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        turning.cancel()
        watchdog.stop.set()
        thread.join()
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.unregister(signal.SIGPROF)
        if tasks:
            faulthandler.disable()
            tasks.close()


class _Watchdog:
    """Watches the process in a thread of its own.

    Attributes:
        file: where the stack of a hang is written.
        seconds_run: how long the process has run, without the time in which it was paused.
        stop: set to end the thread.
    """

    def __init__(self, tasks: RunningTasks | None, look: Look, glance: Look) -> None:
        self.file: IO[str] = tasks.stack if tasks else sys.stderr
        self.seconds_run = 0.0
        self.stop = threading.Event()
        self._tasks = tasks
        self._look = look
        self._glance = glance
        self._looked_at = time.monotonic()
        self._loop_turned = 0.0
        """When the event loop turned last, as ``seconds_run``."""
        self._failed: set[str] = set()
        """The kinds of errors of looks that are logged already."""

    async def note_turns(self) -> None:
        """Notes that the event loop turns, until cancelled."""
        while True:
            self._loop_turned = self.seconds_run + min(time.monotonic() - self._looked_at, PAUSE_SECONDS)
            await asyncio.sleep(LOOP_NOTED_SECONDS)

    def watch(self) -> None:
        """Looks every WATCH_SECONDS, until stopped."""
        held = HeldThreads()
        while not self._stopped():
            now = time.monotonic()
            self.seconds_run += min(now - self._looked_at, PAUSE_SECONDS)
            self._looked_at = now
            if reason := self._answer(self._hang):
                _end(self.file, reason)
            if reason := self._answer(partial(held.look, self.seconds_run, self._loop_turned)):
                _end(self.file, reason)
            if reason := self._answer(self._look):
                _end(sys.stderr, reason)
            signal.setitimer(signal.ITIMER_PROF, GIL_SECONDS)

    def _hang(self) -> str:
        """Says that the worker hangs; empty if it does not. Interrupts a workflow task that runs too long."""
        task = self._tasks.longest() if self._tasks else 0
        if self.seconds_run - self._loop_turned > HUNG_SECONDS or task > TASK_SECONDS:
            return "the worker hangs"
        if task > INTERRUPT_SECONDS and self._tasks:
            self._tasks.interrupt(INTERRUPT_SECONDS)
        return ""

    def _stopped(self) -> bool:
        """Waits for WATCH_SECONDS, with glances."""
        for _ in range(GLANCES_BEFORE_LOOK):
            if self.stop.wait(WATCH_SECONDS / GLANCES_BEFORE_LOOK):
                return True
            if reason := self._answer(self._glance):
                _end(self.file, reason)
        return False

    def _answer(self, look: Look) -> str:
        """What a look returns; empty if it fails: without the thread that looks, SIGPROF would end the
        process.
        """
        try:
            return look()
        except MemoryError:
            # `glance` deals with it.
            return ""
        except Exception as error:
            # As when an author's code has changed a module that the look needs.
            if (kind := type(error).__name__) not in self._failed:
                self._failed.add(kind)
                logger.exception("The process could not be watched")
            return ""


def _end(file: IO[str], reason: str) -> NoReturn:
    # On a full disk, or if an author's code has replaced sys.stderr, the reason cannot be written.
    try:
        print(f"Timeout ({reason})", file=file, flush=True)
        faulthandler.dump_traceback(file=file, all_threads=True)
    finally:
        os._exit(1)
