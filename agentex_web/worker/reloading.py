"""`runworker --reload`: serves a saved change in agents/ within seconds, in a new process.

The first process forks one that imports everything and serves. When a file changes, it forks another one.
Once the new process serves, the old one takes no more work: it finishes its running calls, and the new one
continues their turns. If the new process cannot start, the old one keeps serving. If an import ended the new
process, the next one leaves that file out. If the serving process dies, another one is forked.

At the first change, the first process imports everything but the agents, which takes 2 s, so that later ones
need not. If nobody changes files, that is not needed, and would take 40 MiB next to the serving process.
"""

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path

logger = logging.getLogger(__name__)

SCAN_SECONDS = 0.25
"""Seconds between two scans. A scan of a hundred files takes 2 ms."""
READY_SECONDS = 120.0
"""Seconds that a new process has until it serves: twice what imports may take (catalog/loading.py)."""
STABLE_SECONDS = 10.0
"""A process that dies after serving this long is replaced at once, without the 2 s of imports."""
MOST_FILES = 10_000
MOST_STARTS = 3
"""Attempts to serve a change: each leaves out the file whose import ended the one before."""


class _Start(Enum):
    """How the start of a process went."""

    SERVES = "serves"
    ENDED = "ended"
    GIVEN_UP = "given up: it took too long, or its files have changed again"


_READY = b"1"

Serve = Callable[[Callable[[], None]], None]
"""Serves until SIGTERM; calls its argument once it serves."""
Load = Callable[[], Serve]
"""Imports what all processes need, and returns what each of them runs."""
Snapshot = dict[str, tuple[int, int]]


def snapshot(folders: Iterable[Path]) -> Snapshot:
    """The time of change and the size of each file in the folders; of at most MOST_FILES files."""
    found: Snapshot = {}
    for folder in folders:
        for root, names, files in os.walk(folder):
            names[:] = [each for each in names if not each.startswith((".", "__pycache__"))]
            for name in files:
                if name.startswith(".") or name.endswith((".pyc", "~")) or len(found) >= MOST_FILES:
                    continue
                path = os.path.join(root, name)
                try:
                    status = os.stat(path)
                except FileNotFoundError:
                    # An editor is just replacing the file; the next scan finds it.
                    continue
                found[path] = status.st_mtime_ns, status.st_size
    return found


class Reloader:
    """Runs a process for each version of the agents' files, and replaces it when they change.

    Args:
        load: called in the first forked process, and in this process at the first change.
        folders: the folders of the agents.
        grace: seconds that the processes have to end after SIGTERM.
        forget: called with the id of a process that was killed before it served.
    """

    def __init__(
        self, load: Load, folders: Iterable[Path], grace: float, forget: Callable[[int], object]
    ) -> None:
        self._load = load
        self._serve: Serve | None = None
        self._folders = list(folders)
        self._grace = grace
        self._forget = forget
        self._stopping = False
        self._children: set[int] = set()

    def run(self) -> int:
        """Serves until SIGTERM or SIGINT; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        seen = snapshot(self._folders)
        serving, began = self._begin(), time.monotonic()
        while not self._stopping:
            time.sleep(SCAN_SECONDS)
            if self._stopping:
                # The signal reaches the whole group, so the serving process may have ended already.
                break
            if serving not in self._alive():
                if time.monotonic() - began < STABLE_SECONDS:
                    # The supervisor restarts the whole worker, after ever longer pauses.
                    return self._end(1)
                logger.error("The serving process died; another one takes over")
                self._prepare()
                seen = snapshot(self._folders)
                serving, began = self._begin(), time.monotonic()
                continue
            now = snapshot(self._folders)
            if now == seen:
                continue
            logger.info("Changed: %s", ", ".join(_changed(seen, now)))
            self._prepare()
            seen = now
            serving = self._replace(serving, seen)
        return self._end(0)

    def _prepare(self) -> None:
        """Imports what the next processes need, unless that was done."""
        if self._serve is None:
            try:
                self._serve = self._load()
            except Exception:
                # Somebody may be replacing the installed packages. The forked process tries it itself.
                logger.exception("The worker's modules cannot be imported")

    def _begin(self) -> int:
        process, ready = self._fork()
        os.close(ready)
        return process

    def _replace(self, old: int, seen: Snapshot) -> int:
        """Starts a new process; returns the id of the process that serves from now on."""
        for _ in range(MOST_STARTS):
            new, ready = self._fork()
            start = self._wait_until_ready(ready, seen)
            if start is _Start.SERVES:
                os.kill(old, signal.SIGTERM)
                return new
            if self._stopping:
                return old
            if start is _Start.GIVEN_UP:
                self._signal(new, signal.SIGKILL)
                while new in self._alive():
                    time.sleep(SCAN_SECONDS / 5)
                self._forget(new)
                break
        if snapshot(self._folders) == seen:
            logger.error("The changed worker could not start; the previous one keeps serving")
        return old

    def _wait_until_ready(self, ready: int, seen: Snapshot) -> _Start:
        deadline = time.monotonic() + READY_SECONDS
        try:
            while not self._stopping and time.monotonic() < deadline and snapshot(self._folders) == seen:
                if select.select([ready], [], [], SCAN_SECONDS)[0]:
                    # The pipe is empty at its end, which comes with the end of the process.
                    return _Start.SERVES if os.read(ready, 1) == _READY else _Start.ENDED
            return _Start.GIVEN_UP
        finally:
            os.close(ready)

    def _fork(self) -> tuple[int, int]:
        """Forks a serving process. Returns its id, and a descriptor that is readable once it serves."""
        ready, announce = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process:
            os.close(announce)
            self._children.add(process)
            return process, ready
        os.close(ready)
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            serve = self._serve or self._load()
            serve(lambda: _announce(announce))
            code = 0
        except BaseException:
            logger.exception("The worker ended")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # Not sys.exit: the exit handlers belong to the first process.
            os._exit(code)

    def _alive(self) -> set[int]:
        for each in list(self._children):
            if os.waitpid(each, os.WNOHANG)[0]:
                self._children.discard(each)
        return self._children

    def _end(self, code: int) -> int:
        for each in self._alive():
            self._signal(each, signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while self._alive() and time.monotonic() < deadline:
            time.sleep(SCAN_SECONDS / 5)
        for each in self._alive():
            self._signal(each, signal.SIGKILL)
        return code

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _signal(self, process: int, number: signal.Signals) -> None:
        if process in self._alive():
            os.kill(process, number)


def _announce(descriptor: int) -> None:
    # Nobody reads this for the first process, nor for one that replaces a dead one.
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, _READY)
    os.close(descriptor)


def _changed(before: Snapshot, now: Snapshot) -> list[str]:
    return sorted({Path(path).name for path, _ in set(before.items()) ^ set(now.items())})
