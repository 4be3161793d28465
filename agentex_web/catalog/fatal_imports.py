"""Remembers which files ended the worker while they were imported, so that the next start leaves them out.

`contained` interrupts Python code. Native code can still crash the process, end it, or hold the GIL for ever.
So while a file is imported, a note in the data directory names it and its content. The C timer of
``faulthandler``, which needs no GIL, writes the stack into the note and ends a process whose import does not
end. The next start reads the note. A process that was paused during an import did not hang: the stack is then
written much later than the timer was to end.
"""

import contextlib
import faulthandler
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import agentex_web.agents
from agentex_web.adk import agent_paths
from agentex_web.adk.contained_import import LONGEST_IMPORT

ENDED_AFTER = LONGEST_IMPORT + 10
"""Seconds until an import that cannot be interrupted ends its process."""
MOST_DEATHS = 3
"""Processes that ended without a trace while they imported a file; one may have been a power cut."""
_LATE_SECONDS = 5.0
_LARGEST_NOTE = 100_000
_FRAME = re.compile(r'^ *File "([^"\n]+)", line (\d+) in ', re.MULTILINE)
_TRIED_AGAIN = "It is tried again when the file changes, and by `manage.py check`."


@dataclass
class FatalImports:
    """Notes which file is being imported, and leaves out files whose import has ended a process.

    Args:
        folder: where the notes are kept; None keeps none, and ends no process.
        ended_after: seconds after which an import that cannot be interrupted ends the process.
    """

    folder: Path | None = None
    ended_after: float = ENDED_AFTER

    def reason(self, name: str) -> str:
        """A sentence that says how this agent's import ended a process; empty if its content has changed."""
        notes = self._notes(name)
        if not notes:
            return ""
        content, deaths = _content_of(name), 0
        for note in notes:
            known, text, seconds = _read(note)
            if known != content or ("Timeout (" in text and seconds > self.ended_after + _LATE_SECONDS):
                _remove(note)
            elif how := _how(text, self.ended_after):
                return f"{_where(name, text)}{how} {_TRIED_AGAIN}"
            else:
                deaths += 1
        if deaths < MOST_DEATHS:
            return ""
        return f"{_where(name, '')}the worker ended {deaths} times while it imported this. {_TRIED_AGAIN}"

    @contextmanager
    def noted(self, name: str) -> Iterator[None]:
        """Keeps a note while the block imports this agent. At its end, all notes about it are removed."""
        file = self._new_note(name)
        if file is None:
            yield
            return
        with file:
            # The lock tells other processes that this one is alive. Some network drives have no locks.
            with contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The file system's clock also dates the stack.
            file.write(f"{_content_of(name)} {os.fstat(file.fileno()).st_mtime}\n")
            file.flush()
            with _watched(self.ended_after, file.fileno()):
                yield
        _remove(Path(file.name))
        for each in self._notes(name):
            _remove(each)

    def forget(self, process: int) -> None:
        """Removes the notes of a process that was ended on purpose."""
        for each in self.folder.glob(f"*.{process}.*") if self.folder else ():
            _remove(each)

    def _new_note(self, name: str) -> IO[str] | None:
        if self.folder is None:
            return None
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            return (self.folder / f"{_short(name)}.{os.getpid()}.{os.urandom(4).hex()}").open("w")
        return None

    def _notes(self, name: str) -> list[Path]:
        """The notes about this agent by processes that have ended."""
        notes = self.folder.glob(f"{_short(name)}.*") if self.folder else ()
        return [each for each in notes if _is_left(each)]


@contextmanager
def _watched(seconds: float, descriptor: int) -> Iterator[None]:
    """Writes the stack to the descriptor if the block crashes, or takes too long and is ended."""
    crashes = not faulthandler.is_enabled()
    if crashes:
        faulthandler.enable(descriptor)
    faulthandler.dump_traceback_later(seconds, exit=True, file=descriptor)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        if crashes:
            faulthandler.disable()


def _how(text: str, seconds: float) -> str:
    if "Timeout (" in text:
        return (
            f"it was still being imported after {seconds:g} s and could not be interrupted, so the worker "
            "was ended. Do what takes long in a tool, when it is needed."
        )
    if (found := re.search(r"^Fatal Python error: (.{1,100})$", text, re.MULTILINE)) is not None:
        return f"importing it ended the worker ({found[1]})."
    return ""


def _where(name: str, text: str) -> str:
    for path, line in _FRAME.findall(text):
        if agent_paths.is_authors(path):
            return f"{agent_paths.shown(path)}, line {line}: "
    paths = agent_paths.paths_of(name)
    return f"{agent_paths.shown(paths[0]) if paths else name}: "


def _content_of(name: str) -> str:
    """A hash of the agent's files and of the helpers that all files may import."""
    files = [file for path in agent_paths.paths_of(name) for file in _python(path)]
    for folder in map(Path, agentex_web.agents.__path__):
        files += [file for path in folder.glob("_*") for file in _python(path)]
    found = hashlib.sha256()
    for file in sorted(files):
        with contextlib.suppress(OSError):
            found.update(f"{file}\n".encode() + file.read_bytes())
    return found.hexdigest()


def _python(path: Path) -> list[Path]:
    return [path] if path.suffix == ".py" else list(path.rglob("*.py")) if path.is_dir() else []


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _read(note: Path) -> tuple[str, str, float]:
    """The hash of the content, the stack, and the seconds from the beginning until it was written."""
    with contextlib.suppress(OSError, ValueError), note.open(errors="replace") as file:
        content, began = file.readline().split()
        return content, file.read(_LARGEST_NOTE), os.fstat(file.fileno()).st_mtime - float(began)
    return "", "", 0.0


def _remove(note: Path) -> None:
    with contextlib.suppress(OSError):
        note.unlink()


def _is_left(note: Path) -> bool:
    """True if the process that wrote the note has ended."""
    try:
        with note.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
