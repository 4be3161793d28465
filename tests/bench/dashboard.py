"""Runs `manage.py run` and measures its processes."""

import contextlib
import os
import signal
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType

from tests.bench.processes import Memory, belonging, memory, processor_seconds
from tests.support.environment import ROOT
from tests.support.running import STARTED, Running
from tests.support.stack import free_port
from tests.support.waiting import until

READY = r"Agentex Web is ready"
_SUPERVISOR = "supervisor"
UNLIMITED = {"AGENTEX_MESSAGES_PER_MINUTE": "0", "AGENTEX_OPEN_TURNS": "0", "AGENTEX_OPEN_SOCKETS": "0"}
"""No rate limits, because one person sends the messages of many."""


class Dashboard:
    """Starts when it is created; usable inside the ``with`` block.

    Args:
        data: the data directory.
        command: the command that a person would type, run in ``folder``. An environment variable marks its processes.
        patience: seconds to wait until it is ready.

    Attributes:
        ready_after: seconds from the start of the command to its line "Agentex Web is ready".
    """

    def __init__(
        self,
        data: Path,
        command: tuple[str, ...] = (sys.executable, "manage.py", "run"),
        folder: Path = ROOT,
        patience: float = 120.0,
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._patience = patience
        mark = uuid.uuid4().hex
        self._mark = f"AGENTEX_BENCH={mark}"
        self.began = time.monotonic()
        # The database of this process, which is not that of a `.env` file (tests/support/environment.py).
        database = os.environ.get("DATABASE_URL", "")
        given = {"AGENTEX_DATA_DIR": str(data), "AGENTEX_BENCH": mark, "PORT": str(self.port)}
        given |= {"DATABASE_URL": database, **environment}
        self._start = partial(Running, [*command], str(folder), **given)
        self.running = self._start()

    def __enter__(self) -> "Dashboard":
        try:
            self.running.said(READY, self._patience)
        except BaseException:
            self.stop()
            raise
        self.ready_after = self.running.when(READY) - self.began
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def kill_supervisor(self) -> None:
        """Kills the supervisor and starts it again at once, as a service manager does."""
        self.running.process.kill()
        self.running.process.wait()
        self.running = self._start()

    def kill_everything(self) -> None:
        """Kills all processes at once, as when the machine fails, and starts again."""
        for pid in self._parts():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.kill_supervisor()

    def stop(self) -> float:
        """Sends Ctrl-C and returns the seconds until no process was left."""
        began = time.monotonic()
        if self.running.process.poll() is None:
            # Signal the whole process group, as a terminal does.
            os.killpg(self.running.process.pid, signal.SIGINT)
        until(lambda: self.running.process.poll() is not None and not self._parts(), self.running.log)
        return time.monotonic() - began

    def memory(self) -> Mapping[str, Memory]:
        """Memory by part, including the part's child processes."""
        found: defaultdict[str, Memory] = defaultdict(Memory)
        for pid, part in self._parts().items():
            found[part] += memory(pid)
        return found

    def processor_seconds(self) -> Mapping[str, float]:
        """Processor seconds by part, since the start."""
        found: defaultdict[str, float] = defaultdict(float)
        for pid, part in self._parts().items():
            found[part] += processor_seconds(pid)
        return found

    def _parts(self) -> dict[int, str]:
        """The part of each living process."""
        known = {int(pid): part for part, pid in STARTED.findall(self.running.log)}
        return belonging(known | {self.running.process.pid: _SUPERVISOR}, self._mark, _SUPERVISOR)
