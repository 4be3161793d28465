"""Notes which workflow tasks run, so that after a hang the next worker knows which run was to blame.

Code that holds the GIL, such as a long regular expression in a hook, stops the whole worker, and cannot be
interrupted. The worker is ended (stopping.py), and without a note each worker after it would take the same
workflow task and hang again. The notes are in a file that outlives the process; the stack of the hang, which
``faulthandler`` writes next to it, says which of several workflow tasks it was, or that it was none of them.
"""

import contextlib
import fcntl
import logging
import mmap
import os
import re
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agentex_web.adk import agent_paths

logger = logging.getLogger(__name__)

SLOTS = 64
"""More than the workflow tasks that a worker runs at once."""
_SLOT = struct.Struct("=BQd200s")
"""One if it is in use; the id of the thread; when it began (``RunningTasks.clock``); the workflow's id."""
_THREAD = re.compile(r"^(?:Current thread|Thread) 0x([0-9a-f]+)", re.MULTILINE)
_CURRENT = re.compile(r"^Current thread 0x([0-9a-f]+)", re.MULTILINE)
_FRAME = re.compile(r'^ *File "([^"\n]+)", line (\d+) in ', re.MULTILINE)
_LARGEST_STACK = 1_000_000


@dataclass(frozen=True)
class HungRun:
    """A workflow whose code hung a worker; ``where`` is the author's file and line, if the stack shows it."""

    workflow_id: str
    where: str


class RunningTasks:
    """The workflow tasks that run in this process.

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
        self._file.truncate(SLOTS * _SLOT.size)
        self._memory = mmap.mmap(self._file.fileno(), SLOTS * _SLOT.size)
        self._free = deque(range(SLOTS))
        self.stack = _stack_of(self._path).open("w")

    @contextmanager
    def noted(self, workflow_id: str) -> Iterator[None]:
        """Notes that this thread runs a workflow task while the block runs."""
        try:
            slot = self._free.popleft()
        except IndexError:
            yield
            return
        began, name = self.clock(), workflow_id.encode()[:200]
        _SLOT.pack_into(self._memory, slot * _SLOT.size, 1, threading.get_ident(), began, name)
        try:
            yield
        finally:
            self._memory[slot * _SLOT.size] = 0
            self._free.append(slot)

    def longest(self) -> float:
        """For how many seconds the oldest workflow task has been running; 0 if none is."""
        now = self.clock()
        return max((now - began for _, began, _ in _slots(self._memory)), default=0.0)

    def close(self) -> None:
        """Removes the notes."""
        self.stack.close()
        _stack_of(self._path).unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
        # A workflow task that has not ended may still write to the memory, so it stays mapped.
        self._file.close()


def found_hung_runs(folder: Path) -> list[HungRun]:
    """The runs that hung workers before this one. Logs their stacks, and removes the notes."""
    found: list[HungRun] = []
    for path in folder.glob("*.runs"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                slots = list(_slots(file.read()))
            stack = _read(_stack_of(path))
            path.unlink()
            _stack_of(path).unlink(missing_ok=True)
        except OSError:
            # Of a living worker; or it cannot be removed, and would be found each time.
            continue
        if stack:
            logger.error("A worker before this one hung and was ended:\n%s", stack)
            found += _to_blame(slots, stack)
    return found


def _to_blame(slots: list[tuple[int, float, str]], stack: str) -> list[HungRun]:
    """The runs of which the stack proves that they hung the worker; none if that may have been a tool.

    SIGPROF arrives in the thread that uses the processor, and so holds the GIL. After a timeout, it was any
    thread that stands in an author's code.
    """
    parts = _THREAD.split(stack)[1:]
    by_thread = {int(number, 16): text for number, text in zip(parts[::2], parts[1::2], strict=True)}
    places = {workflow_id: _place(by_thread.get(thread, "")) for thread, _, workflow_id in slots}
    running = _CURRENT.search(stack)
    if running and not stack.startswith("Timeout"):
        return [HungRun(name, places[name]) for thread, _, name in slots if thread == int(running[1], 16)]
    return [HungRun(name, where) for name, where in places.items() if where]


def _place(stack: str) -> str:
    for path, line in _FRAME.findall(stack):
        if agent_paths.is_authors(path):
            return f"{agent_paths.shown(path)}, line {line}"
    return ""


def _slots(memory: mmap.mmap | bytes) -> Iterator[tuple[int, float, str]]:
    for slot in range(len(memory) // _SLOT.size):
        used, thread, began, name = _SLOT.unpack_from(memory, slot * _SLOT.size)
        if used:
            yield thread, began, name.rstrip(b"\0").decode(errors="replace")


def _stack_of(path: Path) -> Path:
    return path.with_suffix(".stack")


def _read(path: Path) -> str:
    with contextlib.suppress(OSError), path.open(errors="replace") as file:
        return file.read(_LARGEST_STACK)
    return ""
