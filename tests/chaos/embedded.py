"""The product under `manage.py run`: everything on one machine, restarted by its supervisor."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.environment import ROOT
from tests.support.running import Running, lives
from tests.support.stack import free_port
from tests.support.tables import tables_in

READY = "Agentex Web is ready"
START_SECONDS = 90.0


class Embedded:
    """
    Attributes:
        url: address of the site.
        database: path of its SQLite database.
    """

    parts = ("worker", "web", "redis", "temporal")

    def __init__(self, data: Path, **environment: str) -> None:
        self.data, self._environment = data, environment
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._environment |= {"PORT": str(port), "AGENTEX_DATA_DIR": str(data)}
        self._runs: list[Running] = []
        self._second: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the site and returns when it answers."""
        if not self._runs:
            tables_in(self.data)
        self._runs.append(Running([sys.executable, "manage.py", "run"], **self._environment))
        self._runs[-1].said(READY, START_SECONDS)

    def signal(self, part: str, number: signal.Signals) -> bool:
        """Signals the process group of the part's current process. Returns False if it does not run."""
        for pid in self._runs[-1].children(part)[-1:]:
            if lives(pid):
                os.killpg(pid, number)
                return True
        return False

    def kill_supervisor(self) -> None:
        """Kills the supervisor and starts it again at once, as a service manager does."""
        self._runs[-1].process.kill()
        self._runs[-1].process.wait()
        self.start()

    def second_worker_joins(self) -> None:
        with (self.data / "second.log").open("ab") as log:
            self._second = subprocess.Popen(
                [sys.executable, "manage.py", "runworker"],
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def second_worker_leaves(self) -> None:
        if self._second is not None:
            self._second.terminate()
            try:
                self._second.wait(20)
            finally:
                self._second.kill()
                self._second = None

    def stop(self) -> None:
        self.second_worker_leaves()
        for part in self.parts:
            self.signal(part, signal.SIGCONT)
        run = self._runs[-1]
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGTERM)
            run.process.wait(30)

    @property
    def log(self) -> str:
        return "\n".join(run.log for run in self._runs)
