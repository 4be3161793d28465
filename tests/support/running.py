"""`manage.py run` and `manage.py services` as a person has them: started, listened to, stopped."""

import os
import re
import signal
import subprocess
import threading
import time

from tests.support.environment import ROOT
from tests.support.waiting import PATIENCE, until

STARTED = re.compile(r"system +\| (\w+) started \(process (\d+)\)")
# Empty, not absent: so that no `.env` fills them in.
_NOTHING_GIVEN = (
    "REDIS_URL",
    "TEMPORAL_ADDRESS",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "DATABASE_URL",
    "TEMPORAL_DEBUG",
)


def lives(process: int) -> bool:
    """Whether it runs; one that has ended and waits to be noticed does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


class Running:
    """A supervisor in a process group of its own, as a terminal would start it, and all that it said.

    Args:
        environment: beside this process's own, without the services and the first account that it may name.
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
            text=True,
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
        """The first group of the pattern's first match, waited for."""
        until(lambda: re.search(pattern, self.log), lambda: f"{pattern} to be said in\n{self.log}", seconds)
        match = re.search(pattern, self.log)
        assert match
        return match.group(match.lastindex or 0)

    def when(self, pattern: str) -> float:
        """When the first line came that holds the pattern, in seconds of ``time.monotonic()``."""
        return next(at for at, line in zip(self._times, self.lines, strict=False) if re.search(pattern, line))

    def children(self, name: str = "") -> list[int]:
        """The processes that it started, in their order, or those of one part."""
        return [int(process) for part, process in STARTED.findall(self.log) if name in ("", part)]

    def gone(self, seconds: float = PATIENCE) -> None:
        until(
            lambda: not any(map(lives, self.children())),
            lambda: f"the end of {[pid for pid in self.children() if lives(pid)]}\n{self.log}",
            seconds,
        )

    def interrupt(self) -> int:
        """Ctrl-C. Returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)
