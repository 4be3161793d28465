"""Forks workers from a process that has already done their imports, which saves 2.5 s of CPU per worker.

The first worker of a run is started as an operator would. Workers that replace it after a test has killed it are
forked, like those of `runworker --reload` (agentex_web/worker/reloading.py).
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.environment import ROOT

CAN_FORK = hasattr(os, "pidfd_open")


class Forked:
    """A process that another process has forked, with the parts of the `subprocess.Popen` interface that tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor: int | None
        try:
            self._descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self._descriptor = None

    def poll(self) -> int | None:
        """Returns None while the process runs, then 0: its exit code is unknown."""
        return self._ended_within(0)

    def wait(self, timeout: float) -> int:
        """
        Raises:
            TimeoutExpired: the process is still running.
        """
        ended = self._ended_within(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired("a forked worker", timeout)
        return ended

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._open(), number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended_within(self, seconds: float) -> int | None:
        if self._descriptor is not None:
            if not select.select([self._descriptor], [], [], seconds)[0]:
                return None
            os.close(self._descriptor)
            self._descriptor = None
        return 0

    def _open(self) -> int:
        assert self._descriptor is not None
        return self._descriptor


class Nursery:
    """The process that forks workers. It starts with the first worker."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._environment: dict[str, str] = {}

    def worker(self, log: Path, environment: Mapping[str, str]) -> Forked:
        """Forks a worker whose output goes to ``log``."""
        log.write_bytes(b"")
        # pytest changes this variable for each test.
        environment = {name: value for name, value in environment.items() if name != "PYTEST_CURRENT_TEST"}
        if environment != self._environment:
            self.stop()
        if self._process is None:
            self._environment = environment
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.forked"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin and self._process.stdout
        print(json.dumps(str(log)), file=self._process.stdin, flush=True)
        return Forked(int(self._process.stdout.readline()))

    def stop(self) -> None:
        if self._process is not None and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()
            self._process = None


def _serve() -> None:
    """Forks a worker for each line of standard input, and exits at its end."""
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    # Imports everything that the command imports, at its start and when it serves.
    import agentex_web.worker.run  # noqa: F401

    # Nobody waits for workers here, so let the kernel reap them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        log = os.open(json.loads(line), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        sys.stdin = open(0)  # noqa: SIM115  (as long as the process)
        execute_from_command_line(["manage.py", "runworker"])
        sys.exit()


if __name__ == "__main__":
    _serve()
