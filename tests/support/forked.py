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
import threading
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
"""Of others."""
PRODUCT = ("agentex_web.asgi", "agentex_web.management.commands.runworker", "agentex_web.worker.run")
"""The first sets Django up."""


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
    """The process that forks the others. It starts with the first of them.

    It forks a second one, which also has the product, with the environment of that first process. The modules of the
    product read the environment, so that processes with another one get the libraries only.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._environment: dict[str, str] = {}

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Forked:
        """
        Args:
            command: arguments for Python: a script or ``-m`` and a module, and their arguments.
            log: the file for the output, which is emptied.
        """
        log.write_bytes(b"")
        # It names the running test.
        given = {name: value for name, value in environment.items() if name != "PYTEST_CURRENT_TEST"}
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.forked"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._environment = given
            self._write(given)
        self._write(
            {"command": list(command), "environment": given, "log": str(log)}, given == self._environment
        )
        assert self._process.stdout
        return Forked(int(self._process.stdout.readline()))

    def stop(self) -> None:
        if self._process is not None and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()
            self._process = None

    def _write(self, *line: object) -> None:
        assert self._process and self._process.stdin
        print(json.dumps(line), file=self._process.stdin, flush=True)


def _serve() -> None:
    """Forks a process for each line of standard input, and exits at its end."""
    gc.disable()
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()
    # Nobody waits for the processes here, so let the kernel reap them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    (environment,) = json.loads(sys.stdin.readline())
    read, write = os.pipe()
    if os.fork():
        os.close(read)
        gc.enable()
        for line in sys.stdin:
            order, has_product = json.loads(line)
            if has_product:
                os.write(write, f"{json.dumps(order)}\n".encode())
            elif _forked():
                os.close(write)
                return _become(**order)
        return None
    os.close(write)
    os.environ.clear()
    os.environ.update(environment)
    for module in PRODUCT:
        importlib.import_module(module)
    assert threading.active_count() == 1, "Threads are not forked."
    gc.freeze()
    gc.enable()
    with os.fdopen(read) as orders:
        for line in orders:
            if _forked():
                return _become(**json.loads(line))
    return None


def _forked() -> bool:
    """Forks. Returns True in the new process."""
    if pid := os.fork():
        print(pid, flush=True)
        return False
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    return True


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
