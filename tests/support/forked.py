"""Forks the product's processes from one that has already imported the libraries: 2.5 s of CPU less per worker.

Tests start and kill dozens of processes. tests/machine starts them as an operator does.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.environment import ROOT

CAN_FORK = hasattr(os, "pidfd_open")
LIBRARIES = (
    *(
        "agents",
        "temporalio.client",
        "temporalio.worker",
        "temporalio.openai_agents",
        "redis.asyncio",
        "httpx2",
    ),
    *("django.contrib.staticfiles.finders", "django.core.management", "django.db.models", "django.forms"),
    *(
        "django.template",
        "django.urls",
        "django.views.generic",
        "channels.consumer",
        "daphne.cli",
        "servestatic",
    ),
    *("cryptography.hazmat.primitives.serialization", "markdown_it", "nh3", "pygments.lexers", "requests"),
)
"""None of the product's modules: they read the environment, and each process has one of its own."""


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
            raise subprocess.TimeoutExpired("a forked process", timeout)
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
    """The process that forks the others. It starts with the first of them."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Forked:
        """
        Args:
            command: arguments for Python: a script or ``-m`` and a module, and their arguments.
            log: the file for the output, which is emptied.
        """
        log.write_bytes(b"")
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.forked"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin and self._process.stdout
        order = {"command": list(command), "environment": dict(environment), "log": str(log)}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return Forked(int(self._process.stdout.readline()))

    def stop(self) -> None:
        if self._process is not None and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()
            self._process = None


def _serve() -> None:
    """Forks a process for each line of standard input, and exits at its end."""
    gc.disable()
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()
    gc.enable()
    # Nobody waits for the processes here, so let the kernel reap them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _become(**json.loads(line))
        return


def _become(command: list[str], environment: dict[str, str], log: str) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    sys.stdin = open(0)  # noqa: SIM115  (as long as the process)
    os.environ.clear()
    os.environ.update(environment)
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    _serve()
