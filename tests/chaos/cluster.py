"""The README's "Run it for real": PostgreSQL, two web processes behind nginx, two workers, each restarted alone."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from urllib.request import urlopen

from agentex_web.embedded.redis import redis_part
from agentex_web.embedded.temporal import temporal_part
from tests.support.environment import ROOT
from tests.support.nginx import answers, nginx
from tests.support.stack import free_port
from tests.support.waiting import until

RESTART_SECONDS = 1.0
STOP_SECONDS = 15.0


class Cluster:
    """A site whose services' addresses are in the environment: DATABASE_URL, REDIS_URL, TEMPORAL_ADDRESS.

    Args:
        temporal_port: the port in TEMPORAL_ADDRESS.
    """

    parts = ("worker", "worker 2", "web", "web 2", "redis", "temporal")

    def __init__(self, data: Path, temporal_port: int, **environment: str) -> None:
        self.data, self.url = data, ""
        self._environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "agentex_web.settings", **environment}
        self._ports = (free_port(), free_port())
        ports = {"temporal": temporal_port, "temporal_ui": free_port(), "temporal_http": free_port()}
        # The embedded services stop when this pipe closes (embedded/leash.py).
        self._leash, self._end_of_leash = os.pipe()
        daphne = [sys.executable, "-m", "daphne", "-b", "127.0.0.1"]
        worker = [sys.executable, "manage.py", "runworker"]
        self._commands: Mapping[str, Sequence[str]] = {
            "redis": redis_part(data).command,
            "temporal": temporal_part(data, ports, "default").command,
            "worker": worker,
            "worker 2": worker,
            "web": [*daphne, "-p", str(self._ports[0]), "agentex_web.asgi:application"],
            "web 2": [*daphne, "-p", str(self._ports[1]), "agentex_web.asgi:application"],
        }
        self._running: dict[str, Popen[bytes]] = {}
        self._second: Popen[bytes] | None = None
        self._ending = threading.Event()
        self._around = ExitStack()

    def start(self) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"],
            cwd=ROOT,
            env=self._environment,
            check=True,
        )
        # The kernel kills the services when the thread that started them ends, so a thread keeps running.
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        folder = self.data / "nginx"
        folder.mkdir()
        until(lambda: all(map(answers, self._ports)), "the web processes")
        self.url = self._around.enter_context(nginx(folder, self._ports))
        # Healthy also means that the workers have announced their agents.
        until(self._is_healthy, lambda: self.log)

    def _is_healthy(self) -> bool:
        try:
            urlopen(f"{self.url}/healthz", timeout=5).close()
        except OSError:
            return False
        return True

    def signal(self, part: str, number: signal.Signals) -> bool:
        """Signals the process group of the part's current process. Returns False if it does not run."""
        process = self._running[part]
        if process.poll() is not None:
            return False
        os.killpg(process.pid, number)
        return True

    def kill_supervisor(self) -> None:
        """Kills all parts at once, as when the machine fails. There is no supervisor: each part is restarted alone."""
        for part in self.parts:
            self.signal(part, signal.SIGKILL)

    def second_worker_joins(self) -> None:
        self._second = self._started("third", self._commands["worker"])

    def second_worker_leaves(self) -> None:
        if self._second is not None:
            _end(self._second)
            self._second = None

    def stop(self) -> None:
        self.second_worker_leaves()
        self._ending.set()
        self._around.close()
        for part in ("web", "web 2", "worker", "worker 2", "temporal", "redis"):
            if part in self._running:
                self.signal(part, signal.SIGCONT)
                _end(self._running[part])
        self._keeper.join()
        os.close(self._end_of_leash)
        os.close(self._leash)

    @property
    def log(self) -> str:
        logs = sorted(self.data.glob("part-*.log"))
        return "\n".join(f"--- {path.stem}\n{path.read_text(errors='replace')}" for path in logs)

    def _keep(self) -> None:
        """Starts each part, and restarts it a moment after it dies, as a service manager does."""
        while not self._ending.is_set():
            for name, command in self._commands.items():
                if name not in self._running or self._running[name].poll() is not None:
                    self._running[name] = self._started(name, command)
            self._ending.wait(RESTART_SECONDS)
        # Stay alive until `stop` has ended the services in order.
        for process in self._running.values():
            process.wait()

    def _started(self, name: str, command: Sequence[str]) -> Popen[bytes]:
        with (self.data / f"part-{name.replace(' ', '-')}.log").open("ab") as log:
            return Popen(
                [*command],
                cwd=ROOT,
                env=self._environment,
                stdin=self._leash,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _end(process: Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    finally:
        process.kill()
