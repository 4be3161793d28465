"""Keeps authors' code from using up the machine's memory, because the kernel would end any process then.

Three steps, from mild to severe:

- An allocation that would exceed the limit by far raises MemoryError at once: RLIMIT_DATA follows what the
  worker uses. RLIMIT_AS would not work, because Temporal's core reserves address space that it never uses.
- Once the worker uses more than its limit, the author's code that computes most is interrupted.
- If the worker still uses more some seconds later, as when a variable keeps it all, the worker ends, with a
  note about that code (hung_runs.py).
"""

import _thread
import ctypes
import gc
import logging
import resource
import time
from collections.abc import Callable
from contextlib import suppress

from temporalio.exceptions import ApplicationError

from agentex_web.compat.workflow_exits import interrupt
from agentex_web.worker import machine_memory
from agentex_web.worker.authors_frames import AuthorsThread, authors_threads
from agentex_web.worker.held_threads import is_own

logger = logging.getLogger(__name__)

GB, MB = 1024**3, 1024**2
LEAST = 512 * MB
"""A worker with a few agents uses about 250 MB."""
FOR_OTHER_PROCESSES = 512 * MB
"""Left free if the machine is small."""
FREE = 256 * MB
"""What the agents may use at least beyond what their files have loaded."""
LEAST_FREE = 64 * MB
"""The same for a limit that was set: with less, each worker would end as soon as it has started."""
HEADROOM = 256 * MB
"""What may be allocated at once beyond the limit; also the stacks of threads that start meanwhile."""
AGAIN_SECONDS, END_SECONDS = 1.0, 6.0
WORKFLOWS = "workflow"
"""The prefix of the names of the threads in which workflows run. Temporal interrupts them itself."""


def default_limit() -> int:
    """The limit in bytes, if none is set: three quarters of the memory of the machine or container.

    More, if what the worker has loaded already needs it, as a large model does: no call is to blame for that,
    and the next worker would need as much.
    """
    total = machine_memory.total()
    return max(LEAST, min(total * 3 // 4, total - FOR_OTHER_PROCESSES), _loaded() + FREE)


def usable_limit(megabytes: int) -> int:
    """The limit in bytes for one that was set; more, if the worker could not run with it. 0 means none."""
    least = _loaded() + LEAST_FREE
    if not megabytes or megabytes * MB >= least:
        return megabytes * MB
    logger.warning(
        "AGENTEX_WORKER_MEMORY=%d is too little: this worker and the agents' files already use %d MB. "
        "The limit is %d MB.",
        megabytes,
        (least - LEAST_FREE) // MB,
        least // MB,
    )
    return least


def _loaded() -> int:
    try:
        return machine_memory.used()[0]
    except OSError:
        return 0


class TooMuchMemory(ApplicationError, MemoryError):
    """Raised in the code that uses too much memory. Temporal does not repeat its activity."""

    limit = 0

    def __init__(self) -> None:
        super().__init__(
            f"The worker used more than {self.limit / GB:.1f} GB of memory while this ran, its limit.",
            non_retryable=True,
        )


class MemoryLimit:
    """Limits the memory of this process.

    Args:
        limit: in bytes; 0 means none.
        raise_in: raises an exception in a thread.
    """

    def __init__(self, limit: int, raise_in: Callable[[int, type[BaseException]], None] = interrupt) -> None:
        self._limit, self._raise_in = limit, raise_in
        self._before = resource.getrlimit(resource.RLIMIT_DATA)
        self._ticks: dict[int, int] = {}
        self._over_since = self._interrupted_at = 0.0
        self._where = ""
        TooMuchMemory.limit = limit

    def look(self) -> str:
        """Called several times a second, in a thread of its own.

        Returns:
            why the worker cannot go on, such as ``agents/shop.py, line 12: it used more than …``; empty if it
            can.
        """
        if not self._limit:
            return ""
        try:
            used, allocated = machine_memory.used()
        except OSError:
            return ""
        if used <= self._limit:
            self._over_since, self._where = 0.0, ""
            # Once the worker is over its limit, this stays as it is.
            self._allow(allocated + self._limit - used + HEADROOM)
            self._ticks = _ticks() if used > self._limit // 2 else {}
            return ""
        now = time.monotonic()
        self._over_since = self._over_since or now
        if now - self._over_since >= END_SECONDS:
            what = f"it used more than {self._limit / GB:.1f} GB of memory"
            return f"{self._where}: {what}" if self._where else what
        if now - self._interrupted_at >= AGAIN_SECONDS:
            self._interrupted_at = now
            self._interrupt()
        return ""

    def close(self) -> None:
        """Removes the limit."""
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, self._before)

    def _allow(self, most: int) -> None:
        soft, hard = self._before
        with suppress(OSError, ValueError):
            resource.setrlimit(
                resource.RLIMIT_DATA, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard)
            )

    def _interrupt(self) -> None:
        found = [each for each in authors_threads() if not _is_spared(each)]
        if found:
            guilty = max(found, key=self._recent_ticks)
            self._where = guilty.where
            # Looked at again: the file reads took time, and the exception must not reach other code.
            if any((each.ident, each.call) == (guilty.ident, guilty.call) for each in authors_threads()):
                self._raise_in(guilty.ident, TooMuchMemory)
            logger.error(
                "%s: the worker uses more than %.1f GB of memory, its limit. The code there is interrupted.",
                guilty.where,
                self._limit / GB,
            )
        else:
            logger.error("The worker uses more than %.1f GB of memory, its limit.", self._limit / GB)
        self._ticks = _ticks()
        # Thread.start() would wait for ever for a thread that ends at once, because it gets no memory.
        with suppress(RuntimeError):
            _thread.start_new_thread(_collect, ())

    def _recent_ticks(self, thread: AuthorsThread) -> int:
        now = machine_memory.cpu_ticks(thread.native_id)
        return now - self._ticks.get(thread.ident, 0)


def _is_spared(thread: AuthorsThread) -> bool:
    """True for the threads of workflows, and for the worker's own, which stand in an author's code only for
    moments: the exception could reach the worker's code (held_threads.py deals with longer ones).
    """
    return thread.name.startswith(f"{WORKFLOWS}_") or is_own(thread)


def _ticks() -> dict[int, int]:
    return {each.ident: machine_memory.cpu_ticks(each.native_id) for each in authors_threads()}


def _collect() -> None:
    """Gives back what interrupted code has left. In a thread of its own, because a ``__del__`` may run."""
    time.sleep(AGAIN_SECONDS / 2)
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
