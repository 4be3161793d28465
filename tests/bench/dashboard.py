"""`manage.py run` under observation."""

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
"""One person does what many would."""


class Dashboard:
    """Started when made; usable when the block is entered.

    Args:
        data: its data directory.
        command: what a person would type, in ``folder``; it is found by its environment, with all it starts.
        patience: seconds that it may take to be ready.

    Attributes:
        ready_after: seconds from the start of the command to its line that says so.
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
        given = {"AGENTEX_DATA_DIR": str(data), "AGENTEX_BENCH": mark, "PORT": str(self.port), **environment}
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
        """And start it again at once, as a service manager does."""
        self.running.process.kill()
        self.running.process.wait()
        self.running = self._start()

    def kill_everything(self) -> None:
        """At once, as with the machine; and start it again."""
        for pid in self._parts():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.kill_supervisor()

    def stop(self) -> float:
        """Ctrl-C. Returns the seconds until none of its processes was left."""
        began = time.monotonic()
        if self.running.process.poll() is None:
            # To all of them, as a terminal does.
            os.killpg(self.running.process.pid, signal.SIGINT)
        until(lambda: self.running.process.poll() is not None and not self._parts(), self.running.log)
        return time.monotonic() - began

    def memory(self) -> Mapping[str, Memory]:
        """By part; a part's own helpers are counted with it."""
        found: defaultdict[str, Memory] = defaultdict(Memory)
        for pid, part in self._parts().items():
            found[part] += memory(pid)
        return found

    def processor_seconds(self) -> Mapping[str, float]:
        """By part, since the start."""
        found: defaultdict[str, float] = defaultdict(float)
        for pid, part in self._parts().items():
            found[part] += processor_seconds(pid)
        return found

    def _parts(self) -> dict[int, str]:
        """The part that each living process belongs to."""
        known = {int(pid): part for part, pid in STARTED.findall(self.running.log)}
        return belonging(known | {self.running.process.pid: _SUPERVISOR}, self._mark, _SUPERVISOR)
