"""Runs `manage.py run` and `manage.py services` as a person would: starts them, reads their output, stops them."""

import os
import re
import signal
import subprocess
import threading
import time

from tests.support.environment import ROOT
from tests.support.waiting import PATIENCE, until

STARTED = re.compile(r"system +\| (\w+) started \(process (\d+)\)")
# Set to empty instead of removed, so that a `.env` file cannot fill them in.
_NOTHING_GIVEN = (
    "REDIS_URL",
    "TEMPORAL_ADDRESS",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "DATABASE_URL",
    "TEMPORAL_DEBUG",
)


def lives(process: int) -> bool:
    """True if the process runs. A zombie does not count."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


class Running:
    """A supervisor in its own process group, as a terminal would start it, and its output.

    Args:
        environment: variables in addition to this process's, from which services and the first account are removed.
    """

    def __init__(self, command: list[str], folder: str = str(ROOT), **environment: str) -> None:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("DJANGO_SUPERUSER")
        }
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            # A killed process may have written half a character; a reader that fails would block the supervisor.
            errors="replace",
            cwd=folder,
            env={**inherited, **dict.fromkeys(_NOTHING_GIVEN, ""), "HOST": "127.0.0.1", **environment},
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._times: list[float] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._times.append(time.monotonic())
            self.lines.append(line.rstrip("\n"))

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    def said(self, pattern: str, seconds: float = PATIENCE) -> str:
        """Waits until the output matches the pattern. Returns its last group, or the whole match without groups."""
        until(lambda: re.search(pattern, self.log), lambda: f"{pattern} to be said in\n{self.log}", seconds)
        match = re.search(pattern, self.log)
        assert match
        return match.group(match.lastindex or 0)

    def when(self, pattern: str) -> float:
        """The time of the first line that matches the pattern, in seconds of ``time.monotonic()``."""
        return next(at for at, line in zip(self._times, self.lines, strict=False) if re.search(pattern, line))

    def children(self, name: str = "") -> list[int]:
        """The processes that the supervisor started, in order; with a name, only those of one part."""
        return [int(process) for part, process in STARTED.findall(self.log) if name in ("", part)]

    def gone(self, seconds: float = PATIENCE) -> None:
        until(
            lambda: not any(map(lives, self.children())),
            lambda: f"the end of {[pid for pid in self.children() if lives(pid)]}\n{self.log}",
            seconds,
        )

    def interrupt(self) -> int:
        """Sends Ctrl-C and returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)
