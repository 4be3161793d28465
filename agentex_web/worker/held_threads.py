"""Interrupts an author's code that does not give back a thread which is not its own.

Python runs the ``__del__`` of garbage in whichever thread it collects it, be it the worker's main thread; and
the worker calls validators when it reads the arguments of an activity. One that never ends would stop every
chat.
"""

import logging
import threading
from collections.abc import Callable

from agentex_web import computing
from agentex_web.compat.workflow_exits import interrupt
from agentex_web.push import addresses
from agentex_web.tasks import threads
from agentex_web.worker import heartbeats, stopping
from agentex_web.worker.authors_frames import AuthorsThread, authors_threads

logger = logging.getLogger(__name__)

INTERRUPT_SECONDS, END_SECONDS = 2.0, 9.0
"""After the former, the code is interrupted each second; after the latter, the worker ends."""
AGAIN_SECONDS = 0.5
"""In place of INTERRUPT_SECONDS for a file whose code was interrupted before: there are often many such
objects in the garbage. Not in the main thread: when its loop turns is noted once a second (watchdog.py), so
this much time passes although nothing holds it.
"""
OWN_THREADS = (
    threads.THREAD_NAME,
    computing.THREAD_NAME,
    addresses.THREAD_NAME,
    heartbeats.THREAD_NAME,
    stopping.THREAD_NAME,
)
"""How the names of the worker's own threads begin, beside the main thread."""
HELD = "it held a thread of the worker"


def is_own(thread: AuthorsThread) -> bool:
    """True for the worker's own threads."""
    return thread.ident == threading.main_thread().ident or thread.name.startswith(OWN_THREADS)


class HeldWorker(Exception):
    """The code held a thread of the worker for too long. Raised in that code."""


class HeldThreads:
    """Looks for such threads.

    Args:
        raise_in: raises an exception in a thread.
    """

    def __init__(self, raise_in: Callable[[int, type[BaseException]], None] = interrupt) -> None:
        self._raise_in = raise_in
        self._since: dict[tuple[int, int], float] = {}
        self._files: set[str] = set()

    def look(self, now: float, loop_turned: float) -> str:
        """Called about every second, in a thread of its own.

        Args:
            now: the seconds that the process has run.
            loop_turned: when the event loop of the main thread turned last.

        Returns:
            why the worker cannot go on; empty if it can.
        """
        main, held = threading.main_thread().ident, {}
        for each in authors_threads():
            if call := each.call if is_own(each) else each.finalizer:
                since = loop_turned if each.ident == main else self._since.get((each.ident, call), now)
                held[(each.ident, call)] = since, each
        self._since = {key: since for key, (since, _) in held.items()}
        for since, each in held.values():
            seconds = now - since
            if seconds >= END_SECONDS and is_own(each):
                return f"{each.where}: {HELD}"
            file = each.where.rpartition(",")[0]
            again = file in self._files and each.ident != main
            if seconds >= (AGAIN_SECONDS if again else INTERRUPT_SECONDS):
                self._files.add(file)
                self._interrupt(each)
        return ""

    def _interrupt(self, held: AuthorsThread) -> None:
        # Before anything that takes time: the exception must not reach other code.
        self._raise_in(held.ident, HeldWorker)
        logger.error(
            "%s: the code there held a thread of the worker, as an endless __del__ does. It is interrupted.",
            held.where,
        )
