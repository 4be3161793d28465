"""Notes the running workflow tasks and authors' activities in a file that outlives the process."""

import contextlib
import fcntl
import mmap
import os
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agentex_web.compat.workflow_exits import INTERRUPT, interrupt

SLOTS, ACTIVITY_SLOTS = 64, 192
"""The former is more than the workflow tasks that a worker runs at once. Further activities are not noted."""
TASK, ACTIVITY, ENDED_ACTIVITY = 1, 2, 3
"""The kinds of notes. That of an ended activity stays until its slot is needed: its garbage may hang the
worker.
"""
ANY = 0
"""In place of a thread's id: any thread."""
_SLOT = struct.Struct("=BQd200s")
"""A note: its kind, 0 if the slot is free; the id of the thread; when it began (``RunningTasks.clock``); the
id of the workflow, and for an activity its own id, its attempt and its function with the module, with spaces
between.
"""
SIZE = (SLOTS + ACTIVITY_SLOTS) * _SLOT.size


class RunningTasks:
    """The workflow tasks and authors' activities that run in this process.

    Args:
        folder: where the notes are kept.

    Attributes:
        clock: the seconds that this process has run.

    Raises:
        OSError: nothing can be written there.
    """

    def __init__(self, folder: Path) -> None:
        self.clock: Callable[[], float] = time.monotonic
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{os.getpid()}.{os.urandom(4).hex()}.runs"
        self._file = self._path.open("w+b")
        # The lock tells the next worker that this one is alive. Without locks, as on some network drives, the
        # notes are not read.
        with contextlib.suppress(OSError):
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._file.truncate(SIZE)
        self._memory = mmap.mmap(self._file.fileno(), SIZE)
        self._free = {TASK: deque(range(SLOTS)), ACTIVITY: deque(range(SLOTS, SLOTS + ACTIVITY_SLOTS))}
        self.stack = stack_of(self._path).open("w")
        # Held while threads are interrupted and while a workflow task ends, so that no thread is interrupted
        # whose task has ended.
        self._interrupting = threading.Lock()

    def noted(self, workflow_id: str) -> AbstractContextManager[None]:
        """Notes that this thread runs a workflow task while the block runs."""
        return self._noted(TASK, workflow_id)

    def noted_activity(
        self, workflow_id: str, activity_id: str, attempt: int, function: str, any_thread: bool = False
    ) -> AbstractContextManager[None]:
        """Notes that an author's activity or tool runs while the block runs: in this thread, or in any."""
        name = f"{workflow_id} {activity_id} {attempt} {function}"
        return self._noted(ACTIVITY, name, any_thread=any_thread)

    @contextmanager
    def _noted(self, kind: int, name: str, *, any_thread: bool = False) -> Iterator[None]:
        free = self._free[kind]
        try:
            slot = free.popleft()
        except IndexError:
            yield
            return
        # Entered in the thread that runs the code, which may not be the one that called this function.
        thread = ANY if any_thread else threading.get_ident()
        note = kind, thread, self.clock(), name.encode()[:200]
        _SLOT.pack_into(self._memory, slot * _SLOT.size, *note)
        try:
            yield
        finally:
            if kind == ACTIVITY:
                self._memory[slot * _SLOT.size] = ENDED_ACTIVITY
            # Not in a function of its own: an interrupt that was under way could come where that is entered.
            while kind == TASK and self._memory[slot * _SLOT.size]:
                try:
                    with self._interrupting:
                        self._memory[slot * _SLOT.size] = 0
                except INTERRUPT:
                    continue
            free.append(slot)

    def interrupt(self, seconds: float) -> None:
        """Interrupts the workflow tasks that have been running for longer than this."""
        with self._interrupting:
            for each in notes_in(self._memory):
                if each.kind == TASK and self.clock() - each.began > seconds:
                    interrupt(each.thread)

    def longest(self) -> float:
        """For how many seconds the oldest workflow task has been running; 0 if none is."""
        now = self.clock()
        begun = [each.began for each in notes_in(self._memory) if each.kind == TASK]
        return max((now - each for each in begun), default=0.0)

    def close(self) -> None:
        """Removes the notes."""
        self.stack.close()
        stack_of(self._path).unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
        # A workflow task that has not ended may still write to the memory, so it stays mapped.
        self._file.close()


@dataclass(frozen=True)
class Note:
    """A workflow task or an author's activity that was running."""

    kind: int
    thread: int
    began: float
    name: str


def notes_in(memory: mmap.mmap | bytes) -> Iterator[Note]:
    """Yields the notes in the memory or the file of a process."""
    for slot in range(len(memory) // _SLOT.size):
        kind, thread, began, name = _SLOT.unpack_from(memory, slot * _SLOT.size)
        if kind:
            yield Note(kind, thread, began, name.rstrip(b"\0").decode(errors="replace"))


def stack_of(path: Path) -> Path:
    """The file next to the notes in which ``faulthandler`` writes the stack of a hang."""
    return path.with_suffix(".stack")
