"""Which changes in agents/ are served anew: those of code, and of what it read while it was imported.

Agents also keep data next to their code. A table or a log that a tool writes must not restart the worker.
"""

import contextlib
import os
from collections.abc import Collection, Iterable
from pathlib import Path

MOST_FILES = 10_000
Snapshot = dict[str, tuple[int, int]]
_NO_CODE = ("node_modules", "site-packages", "__pycache__")
"""Folders of others' packages, with thousands of files."""
_PASSING = (".tmp", ".log", "-journal", "-wal", "-shm", ".db", ".sqlite", ".sqlite3")
"""The ends of names of files that come and go without meaning a change."""


def snapshot(folders: Iterable[Path]) -> Snapshot:
    """The time of change and the size of each file in the folders; of at most MOST_FILES files.

    Folders that are links are followed. One that has several paths is read once, by the first path in order.
    """
    found: Snapshot = {}
    known: set[tuple[int, int]] = set()
    for folder in folders:
        for root, names, files in os.walk(folder, followlinks=True):
            names[:] = [each for each in sorted(names) if _is_watched(os.path.join(root, each), each, known)]
            for name in files:
                if name.startswith((".", "#")) or name.endswith((".pyc", "~")):
                    continue
                if len(found) >= MOST_FILES:
                    return found
                path = os.path.join(root, name)
                # An editor may just be replacing the file, and a link may lead nowhere.
                with contextlib.suppress(OSError):
                    status = os.stat(path)
                    found[path] = status.st_mtime_ns, status.st_size
    return found


def _is_watched(path: str, name: str, known: set[tuple[int, int]]) -> bool:
    if name.startswith(".") or name in _NO_CODE or os.path.exists(os.path.join(path, "pyvenv.cfg")):
        return False
    try:
        status = os.stat(path)
    except OSError:
        return False
    place = status.st_dev, status.st_ino
    is_new = place not in known
    known.add(place)
    return is_new


def is_code(path: str, reads: Collection[str] | None) -> bool:
    """True for Python files and the files that they read while they were imported.

    Args:
        reads: their real paths; None if they are not known, so that every file counts as code.
    """
    return reads is None or path.endswith(".py") or os.path.realpath(path) in reads


class Watched:
    """Compares snapshots."""

    def __init__(self) -> None:
        self._reads: Collection[str] | None = None

    def read(self, reads: Collection[str] | None) -> None:
        """Notes what the serving process read while it imported the files.

        Args:
            reads: real paths; None if that is not known, so that all files count.
        """
        self._reads = None if reads is None else frozenset(reads)

    def changed(self, before: Snapshot, now: Snapshot) -> list[str]:
        """The names of the files whose change has to be served, sorted."""
        return sorted(
            {
                os.path.basename(path)
                for path, _ in set(before.items()) ^ set(now.items())
                if self._counts(path, is_there=path in before and path in now)
            }
        )

    def _counts(self, path: str, *, is_there: bool) -> bool:
        if is_code(path, self._reads):
            return True
        # A new file may be one that the code looks for.
        return not is_there and not path.endswith(_PASSING)
