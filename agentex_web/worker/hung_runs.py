"""Finds out which workflow task or author's activity hung the workers before this one.

Code that holds the GIL, such as a long regular expression in a hook, stops the whole worker, and cannot be
interrupted. The worker is ended (watchdog.py), and each worker after it would take the same workflow task and
hang again. So running workflow tasks are noted in a file that outlives the process (running_tasks.py). The
stack of the hang, which ``faulthandler`` writes next to it, shows which of them hung, or that none did. A
crash in native code, such as a segmentation fault, is treated like a hang. A worker that vanishes leaves no
stack; see vanished_workers.py.

An activity that hangs would be repeated by Temporal, and end each worker in turn. When one has hung twice, it
is refused.
"""

import contextlib
import fcntl
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from agentex_web.adk import agent_paths
from agentex_web.turns.authors_modules import AGENTS, file_of
from agentex_web.worker import vanished_workers
from agentex_web.worker.running_tasks import ACTIVITY, ANY, SIZE, TASK, Note, notes_in, stack_of

logger = logging.getLogger(__name__)

VANISHED = "it ended without a trace, as when it runs out of memory"
_THREAD = re.compile(r"^(?:Current thread|Thread) 0x([0-9a-f]+)", re.MULTILINE)
_CURRENT = re.compile(r"^Current thread 0x([0-9a-f]+)", re.MULTILINE)
_CRASH = re.compile(r"^Fatal Python error: (.{1,100})$", re.MULTILINE)
_OF_FILE = re.compile(r"^Timeout \((?P<where>(?P<file>.+?\.py), line \d+): (?P<what>.+)\)$", re.MULTILINE)
"""Matches the reason that the worker itself wrote down before it ended."""
_FRAME = re.compile(r'^ *File "([^"\n]+)", line (\d+) in ', re.MULTILINE)
_INNERMOST = re.compile(r"^ *File .+$", re.MULTILINE)
_WAITS = re.compile(
    r"/(?:selectors|threading|queue|concurrent/futures/thread)\.py\", line \d+"
    r" in (?:select|wait|get|_worker)$"
)
"""Matches the innermost frame of a thread that waits."""
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


def found_hung_runs(folder: Path) -> list[HungRun | HungActivity]:
    """Returns what hung the workers before this one. Logs the stacks, and removes the notes."""
    found: list[HungRun | HungActivity] = []
    for path in folder.glob("*.runs"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                notes = list(notes_in(file.read(SIZE)))
            stack = _read(stack_of(path))
            path.unlink()
            stack_of(path).unlink(missing_ok=True)
        except OSError:
            # Of a living worker; or it cannot be removed, and would be found each time.
            continue
        if stack:
            logger.error("A worker before this one hung and was ended:\n%s", stack)
            found += _to_blame(notes, stack)
        else:
            blamed = vanished_workers.to_blame(folder, {each.name for each in notes if each.kind == TASK})
            found += [HungRun(each, "", VANISHED) for each in sorted(blamed)]
    return found


def _to_blame(notes: list[Note], stack: str) -> list[HungRun | HungActivity]:
    """What the stack proves to have hung the worker; nothing if it may have been a tool.

    SIGPROF arrives in the thread that uses the processor, and so holds the GIL; but in one case of ten, in
    one that waits for the GIL, for which it asks 2,000 times a second. Then the code to blame is known if
    only one thread is in an author's. After a timeout, each workflow whose thread is in an author's code
    counts. If the worker wrote down whose code it was, that decides.
    """
    parts = _THREAD.split(stack)[1:]
    by_thread = {int(number, 16): text for number, text in zip(parts[::2], parts[1::2], strict=True)}
    if said := _OF_FILE.search(stack):
        return list(_of_agent(notes, by_thread, said))
    running = _CURRENT.search(stack)
    if running and not stack.startswith("Timeout"):
        thread = int(running[1], 16)
        crash = _CRASH.search(stack)
        if crash is None and _waits(by_thread.get(thread, "")):
            return _only_one(notes, by_thread)
        blamed = (_blamed(each, by_thread.get(thread, "")) for each in notes if each.thread in (thread, ANY))
        return [replace(each, crash=crash[1] if crash else "") for each in blamed if each is not None]
    runs = [HungRun(each.name, _place(by_thread.get(each.thread, ""))) for each in notes if each.kind == TASK]
    return [each for each in runs if each.where]


def _waits(stack: str) -> bool:
    """True if the thread waits. Without frames, it is one of Temporal's that calls Python for a moment."""
    innermost = _INNERMOST.search(stack)
    return innermost is None or _WAITS.search(innermost[0]) is not None


def _only_one(notes: list[Note], stacks: dict[int, str]) -> list[HungRun | HungActivity]:
    """The run or activity whose thread is in an author's code; nothing if there are several."""
    found = {
        blamed
        for note in notes
        for thread, stack in stacks.items()
        if note.thread in (thread, ANY)
        if (blamed := _blamed(note, stack)) is not None and blamed.where
    }
    return list(found) if len(found) == 1 else []


def _of_agent(
    notes: list[Note], stacks: dict[int, str], said: re.Match[str]
) -> Iterator[HungRun | HungActivity]:
    """The activities of the agent that the worker blamed, and the runs whose threads stood in its code."""
    agent = agent_paths.agent_at(said["where"])
    for each in notes:
        if each.kind == TASK and agent_paths.agent_at(_place(stacks.get(each.thread, ""))) == agent:
            yield HungRun(each.name, said["where"], said["what"])
        elif each.kind != TASK and (found := _activity(each, said["where"])) is not None:
            module = found.function.rpartition(".")[0]
            if file_of(module) == f"{AGENTS}{agent}":
                yield replace(found, function=_short(found.function), crash=said["what"])


def _blamed(note: Note, stack: str) -> HungRun | HungActivity | None:
    """None for an activity that has ended, or that only waits on the event loop that another one blocks."""
    where = _place(stack)
    if note.kind == TASK:
        return HungRun(note.name, where)
    found = _activity(note, where) if note.kind == ACTIVITY else None
    if found is None:
        return None
    function = _short(found.function)
    if not re.search(rf" in (?:\S+\.)?{re.escape(function)}$", stack, re.MULTILINE):
        return None
    return replace(found, function=function)


def _activity(note: Note, where: str) -> HungActivity | None:
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


def _read(path: Path) -> str:
    with contextlib.suppress(OSError), path.open(errors="replace") as file:
        return file.read(_LARGEST_STACK)
    return ""
