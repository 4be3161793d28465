"""Notes which workflow tasks and authors' activities run, so that the next worker knows what caused a hang.

A crash in native code, such as a segmentation fault, is treated like a hang. A worker that vanishes leaves no
stack; see vanished_workers.py.

Code that holds the GIL, such as a long regular expression in a hook, stops the whole worker, and cannot be
interrupted. The worker is ended (stopping.py), and without a note each worker after it would take the same
workflow task and hang again. The notes are in a file that outlives the process; the stack of the hang, which
``faulthandler`` writes next to it, says which of several workflow tasks it was, or that it was none of them.

An activity that hangs would be repeated by Temporal, and end each worker in turn. When one has hung twice, it
is refused.
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
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agentex_web.adk import agent_paths
from agentex_web.compat.workflow_exits import INTERRUPT, interrupt
from agentex_web.turns.tool_lookup import AGENTS
from agentex_web.worker import vanished_workers

logger = logging.getLogger(__name__)

SLOTS, ACTIVITY_SLOTS = 64, 192
"""The former is more than the workflow tasks that a worker runs at once. Further activities are not noted."""
VANISHED = "it ended without a word, as when the memory is used up"
_TASK, _ACTIVITY, _ENDED_ACTIVITY = 1, 2, 3
"""The note of an activity that has ended stays until its place is needed: its garbage may hang the worker."""
_ANY = 0
"""In place of a thread's id."""
_SLOT = struct.Struct("=BQd200s")
"""What it is, 0 if it is free; the id of the thread; when it began (``RunningTasks.clock``); the id of the
workflow, and for an activity its own id, its attempt and its function with the module, with spaces between.
"""
_SIZE = (SLOTS + ACTIVITY_SLOTS) * _SLOT.size
_THREAD = re.compile(r"^(?:Current thread|Thread) 0x([0-9a-f]+)", re.MULTILINE)
_CURRENT = re.compile(r"^Current thread 0x([0-9a-f]+)", re.MULTILINE)
_CRASH = re.compile(r"^Fatal Python error: (.{1,100})$", re.MULTILINE)
_OF_FILE = re.compile(r"^Timeout \((?P<where>(?P<file>.+?\.py), line \d+): (?P<what>.+)\)$", re.MULTILINE)
"""What the worker itself knows of the reason for which it ended."""
_FRAME = re.compile(r'^ *File "([^"\n]+)", line (\d+) in ', re.MULTILINE)
_LARGEST_STACK = 1_000_000


@dataclass(frozen=True)
class HungRun:
    """A workflow whose code hung or crashed a worker.

    Attributes:
        where: the author's file and line, if the stack shows it.
        crash: what Python says of a crash in native code, such as "Segmentation fault"; empty for a hang.
    """

    workflow_id: str
    where: str
    crash: str = ""


@dataclass(frozen=True)
class HungActivity:
    """An author's activity that hung a worker.

    Attributes:
        activity_id: its id in its workflow.
        attempt: from 1.
        function: the name of its function.
        where: the author's file and line.
        crash: as of a HungRun.
    """

    workflow_id: str
    activity_id: str
    attempt: int
    function: str
    where: str
    crash: str = ""


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
        self._file.truncate(_SIZE)
        self._memory = mmap.mmap(self._file.fileno(), _SIZE)
        self._free = {_TASK: deque(range(SLOTS)), _ACTIVITY: deque(range(SLOTS, SLOTS + ACTIVITY_SLOTS))}
        self.stack = _stack_of(self._path).open("w")
        # Held while threads are interrupted and while a workflow task ends, so that only running ones are.
        self._interrupting = threading.Lock()

    def noted(self, workflow_id: str) -> AbstractContextManager[None]:
        """Notes that this thread runs a workflow task while the block runs."""
        return self._noted(_TASK, workflow_id)

    def noted_activity(
        self, workflow_id: str, activity_id: str, attempt: int, function: str, any_thread: bool = False
    ) -> AbstractContextManager[None]:
        """Notes that an author's activity or tool runs while the block runs: in this thread, or in any."""
        name = f"{workflow_id} {activity_id} {attempt} {function}"
        return self._noted(_ACTIVITY, name, any_thread=any_thread)

    @contextmanager
    def _noted(self, kind: int, name: str, *, any_thread: bool = False) -> Iterator[None]:
        free = self._free[kind]
        try:
            slot = free.popleft()
        except IndexError:
            yield
            return
        # Entered in the thread that runs the code, which may not be the one that called this function.
        thread = _ANY if any_thread else threading.get_ident()
        note = kind, thread, self.clock(), name.encode()[:200]
        _SLOT.pack_into(self._memory, slot * _SLOT.size, *note)
        try:
            yield
        finally:
            if kind == _ACTIVITY:
                self._memory[slot * _SLOT.size] = _ENDED_ACTIVITY
            else:
                self._end(slot)
            free.append(slot)

    def _end(self, slot: int) -> None:
        while self._memory[slot * _SLOT.size]:
            # An interrupt that was under way comes here at the latest.
            with contextlib.suppress(INTERRUPT), self._interrupting:
                self._memory[slot * _SLOT.size] = 0

    def interrupt(self, seconds: float) -> None:
        """Interrupts the workflow tasks that have been running for longer than this."""
        with self._interrupting:
            for each in _slots(self._memory):
                if each.kind == _TASK and self.clock() - each.began > seconds:
                    interrupt(each.thread)

    def longest(self) -> float:
        """For how many seconds the oldest workflow task has been running; 0 if none is."""
        now = self.clock()
        begun = [each.began for each in _slots(self._memory) if each.kind == _TASK]
        return max((now - each for each in begun), default=0.0)

    def close(self) -> None:
        """Removes the notes."""
        self.stack.close()
        _stack_of(self._path).unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
        # A workflow task that has not ended may still write to the memory, so it stays mapped.
        self._file.close()


def found_hung_runs(folder: Path) -> list[HungRun | HungActivity]:
    """What hung workers before this one. Logs the stacks, and removes the notes."""
    found: list[HungRun | HungActivity] = []
    for path in folder.glob("*.runs"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                slots = list(_slots(file.read(_SIZE)))
            stack = _read(_stack_of(path))
            path.unlink()
            _stack_of(path).unlink(missing_ok=True)
        except OSError:
            # Of a living worker; or it cannot be removed, and would be found each time.
            continue
        if stack:
            logger.error("A worker before this one hung and was ended:\n%s", stack)
            found += _to_blame(slots, stack)
        else:
            blamed = vanished_workers.to_blame(folder, {each.name for each in slots if each.kind == _TASK})
            found += [HungRun(each, "", VANISHED) for each in sorted(blamed)]
    return found


@dataclass(frozen=True)
class _Note:
    kind: int
    thread: int
    began: float
    name: str


def _to_blame(notes: list[_Note], stack: str) -> list[HungRun | HungActivity]:
    """What the stack proves to have hung the worker; nothing if that may have been a tool.

    SIGPROF arrives in the thread that uses the processor, and so holds the GIL. After a timeout, it was any
    thread that stands in an author's code; or the worker itself says whose code it was.
    """
    parts = _THREAD.split(stack)[1:]
    by_thread = {int(number, 16): text for number, text in zip(parts[::2], parts[1::2], strict=True)}
    if said := _OF_FILE.search(stack):
        return list(_of_agent(notes, by_thread, said))
    running = _CURRENT.search(stack)
    if running and not stack.startswith("Timeout"):
        thread = int(running[1], 16)
        crash = _CRASH.search(stack)
        blamed = (_blamed(each, by_thread.get(thread, "")) for each in notes if each.thread in (thread, _ANY))
        return [replace(each, crash=crash[1] if crash else "") for each in blamed if each is not None]
    runs = [
        HungRun(each.name, _place(by_thread.get(each.thread, ""))) for each in notes if each.kind == _TASK
    ]
    return [each for each in runs if each.where]


def _of_agent(
    notes: list[_Note], stacks: dict[int, str], said: re.Match[str]
) -> Iterator[HungRun | HungActivity]:
    """The activities of the agent that the worker blamed, and the runs whose threads stood in its code."""
    agent = agent_paths.agent_of(said["where"])
    for each in notes:
        if each.kind == _TASK and agent_paths.agent_of(_place(stacks.get(each.thread, ""))) == agent:
            yield HungRun(each.name, said["where"], said["what"])
        elif each.kind != _TASK and (found := _activity(each, said["where"])) is not None:
            module = found.function.rpartition(".")[0]
            if module.removeprefix(AGENTS).partition(".")[0] == agent:
                yield replace(found, function=_short(found.function), crash=said["what"])


def _blamed(note: _Note, stack: str) -> HungRun | HungActivity | None:
    """None for an activity that has ended, or that only waits on the event loop that another one blocks."""
    where = _place(stack)
    if note.kind == _TASK:
        return HungRun(note.name, where)
    found = _activity(note, where) if note.kind == _ACTIVITY else None
    if found is None:
        return None
    function = _short(found.function)
    if not re.search(rf" in (?:\S+\.)?{re.escape(function)}$", stack, re.MULTILINE):
        return None
    return replace(found, function=function)


def _activity(note: _Note, where: str) -> HungActivity | None:
    """The activity of a note, with its function's module; None if the end of the note is missing."""
    try:
        workflow_id, activity_id, attempt, function = note.name.rsplit(" ", 3)
        return HungActivity(workflow_id, activity_id, int(attempt), function, where)
    except ValueError:
        return None


def _short(function: str) -> str:
    return function.rpartition(".")[2]


def _place(stack: str) -> str:
    for path, line in _FRAME.findall(stack):
        if agent_paths.is_authors(path):
            return f"{agent_paths.shown(path)}, line {line}"
    return ""


def _slots(memory: mmap.mmap | bytes) -> Iterator[_Note]:
    for slot in range(len(memory) // _SLOT.size):
        kind, thread, began, name = _SLOT.unpack_from(memory, slot * _SLOT.size)
        if kind:
            yield _Note(kind, thread, began, name.rstrip(b"\0").decode(errors="replace"))


def _stack_of(path: Path) -> Path:
    return path.with_suffix(".stack")


def _read(path: Path) -> str:
    with contextlib.suppress(OSError), path.open(errors="replace") as file:
        return file.read(_LARGEST_STACK)
    return ""
