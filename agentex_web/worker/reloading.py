"""`runworker --reload`: serves a saved change in agents/ within seconds, in a new process.

The first process forks one that imports everything and serves. When a file changes, it forks another one.
Once the new process serves, the old one takes no more work: it finishes its running calls, and the new one
continues their turns. If the new process cannot start, the old one keeps serving. If an import ended the new
process, the next one leaves that file out. If the serving process dies, another one is forked.

At the first change, the first process imports everything but the agents, which takes 2 s, so that later ones
need not. If nobody changes files, that is not needed, and would take 40 MiB next to the serving process.
"""

import contextlib
import json
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from functools import partial
from pathlib import Path

from agentex_web.worker.watched_files import Snapshot, Watched, snapshot

logger = logging.getLogger(__name__)

SCAN_SECONDS = 0.25
"""Seconds between two scans. A scan of a hundred files takes 2 ms."""
REST, LONGEST_PAUSE = 20, 2.0
"""A scan that takes long is followed by a pause of this many times its duration, and of this many seconds."""
READY_SECONDS = 120.0
"""Seconds that a new process has until it serves: twice what imports may take (catalog/loading.py)."""
STABLE_SECONDS = 10.0
"""A process that dies after serving this long is replaced at once, without the 2 s of imports."""
MOST_STARTS = 3
"""Attempts to serve a change: each leaves out the file whose import ended the one before."""


class _Start(Enum):
    """How the start of a process went."""

    SERVES = "serves"
    ENDED = "ended"
    GIVEN_UP = "given up: it took too long, or its files have changed again"


_READY = b"1"

Serve = Callable[[Callable[[Collection[str] | None], None]], None]
"""Serves until SIGTERM; calls its argument once it serves, with the files that it read (``Watched.read``)."""
Load = Callable[[], Serve]
"""Imports what all processes need, and returns what each of them runs."""


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
        self._watched = Watched()
        self._first: int | None = None
        """The descriptor on which a process that replaces none announces that it serves."""

    def run(self) -> int:
        """Serves until SIGTERM or SIGINT; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        seen = snapshot(self._folders)
        serving, began = self._begin(), time.monotonic()
        took = 0.0
        while not self._stopping:
            time.sleep(min(max(SCAN_SECONDS, took * REST), LONGEST_PAUSE))
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
            self._note_first()
            scanned = time.monotonic()
            now = snapshot(self._folders)
            changed = self._watched.changed(seen, now) if now != seen else []
            took = time.monotonic() - scanned
            seen = now
            if changed:
                logger.info("Changed: %s", ", ".join(changed))
                self._prepare()
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
        self._drop_first()
        process, self._first = self._fork()
        return process

    def _note_first(self) -> None:
        if self._first is not None and select.select([self._first], [], [], 0)[0]:
            if os.read(self._first, 1) == _READY:
                self._watched.read(_reads(self._first))
            self._drop_first()

    def _drop_first(self) -> None:
        if self._first is not None:
            os.close(self._first)
            self._first = None

    def _replace(self, old: int, seen: Snapshot) -> int:
        """Starts a new process; returns the id of the process that serves from now on."""
        for _ in range(MOST_STARTS):
            new, ready = self._fork()
            start = self._wait_until_ready(ready, seen)
            if start is _Start.SERVES:
                self._drop_first()
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
        if not self._changed_since(seen):
            logger.error("The changed worker could not start; the previous one keeps serving")
        return old

    def _wait_until_ready(self, ready: int, seen: Snapshot) -> _Start:
        deadline = time.monotonic() + READY_SECONDS
        try:
            while not self._stopping and time.monotonic() < deadline and not self._changed_since(seen):
                if select.select([ready], [], [], SCAN_SECONDS)[0]:
                    # The pipe is empty at its end, which comes with the end of the process.
                    if os.read(ready, 1) != _READY:
                        return _Start.ENDED
                    self._watched.read(_reads(ready))
                    return _Start.SERVES
            return _Start.GIVEN_UP
        finally:
            os.close(ready)

    def _changed_since(self, seen: Snapshot) -> bool:
        now = snapshot(self._folders)
        return now != seen and bool(self._watched.changed(seen, now))

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
        # Else the first process, whose files nobody reads any more, could wait for ever to announce them.
        self._drop_first()
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            serve = self._serve or self._load()
            serve(partial(_announce, announce))
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


def _announce(descriptor: int, reads: Collection[str] | None) -> None:
    text = _READY + json.dumps(reads if reads is None else sorted(reads)).encode() + b"\n"

    def write() -> None:
        # Nobody reads this if the first process has ended.
        with contextlib.suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as pipe:
            pipe.write(text)

    # A pipe holds 64 kB. The first process reads more than that only when it has time.
    threading.Thread(target=write, name="announcement", daemon=True).start()


def _reads(descriptor: int) -> Collection[str] | None:
    """Reads what `_announce` writes after _READY. None if the process ended meanwhile."""
    text = b""
    # Not until its end: a process that an author's code has forked may keep the pipe open.
    while not text.endswith(b"\n"):
        if not (more := os.read(descriptor, 65_536)):
            return None
        text += more
    found: list[str] | None = json.loads(text)
    return found
