"""Starts the product's processes as forks of one that has already imported the libraries (tests/support/forking.py).

Tests start and kill dozens of processes. tests/machine starts them as an operator does.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from tests.support.environment import ROOT
from tests.support.process import CAN_FORK, Forked
from tests.support.shared_imports import FORKING, ORDERS, connection
from tests.support.waiting import PATIENCE


class Nursery:
    """The process that forks the others. It starts with the first of them.

    It forks further ones, which also have the product, one for each environment: the modules of the product read the
    environment. A process that is the only one in its environment gets the libraries only.

    In a run with pytest-xdist, it is itself a fork of a process that all share (tests/support/shared_imports.py).
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._orders: IO[str] | None = None
        self._answers: IO[str] | None = None
        self._environments: list[dict[str, str]] = []

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        product: bool | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Forked:
        """
        Args:
            command: arguments for Python: a script or ``-m`` and a module, and their arguments.
            log: the file for the output, which is emptied.
            product: whether the process is forked from one with the product; by default, if another process was
                started in its environment.
            settings: changed after the fork from a process with the product, which has imported it with others.
        """
        log.write_bytes(b"")
        # It names the running test.
        given = {name: value for name, value in environment.items() if name != "PYTEST_CURRENT_TEST"}
        if self._orders is None:
            self._begin()
        if product is None:
            product = given in self._environments
        if given not in self._environments:
            self._environments.append(given)
        order = {
            "command": list(command),
            "environment": given,
            "log": str(log),
            "settings": dict(settings or {}),
        }
        assert self._orders and self._answers
        print(json.dumps((order, product)), file=self._orders, flush=True)
        return Forked(int(self._answers.readline()))

    def stop(self) -> None:
        for file in (self._orders, self._answers):
            if file is not None:
                file.close()
        if self._process is not None:
            self._process.wait()
        self._orders = self._answers = self._process = None

    def _begin(self) -> None:
        self._environments.clear()
        if (connected := connection()) is not None:
            with connected:
                self._orders, self._answers = connected.makefile("w"), connected.makefile("r")
            print(ORDERS, file=self._orders, flush=True)
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", FORKING],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._orders, self._answers = self._process.stdin, self._process.stdout


NURSERY = Nursery()
"""The one of this process, for the stack and for tests that start a process of the product."""


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    product: bool | None = None,
    settings: Mapping[str, Any] | None = None,
) -> subprocess.Popen[bytes] | Forked:
    """Starts a process in the project's folder, forked if the system can do that. Arguments as for `Nursery.start`."""
    if CAN_FORK:
        return NURSERY.start(command, environment, log, product, settings)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**environment, **{name: str(value) for name, value in (settings or {}).items()}},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> tuple[int, str]:
    """Runs a command to its end, without the product. Returns its exit code, negative for a signal, and its output.

    Arguments as for `Nursery.start`.
    """
    code = log.with_name(f"{log.name}.code")
    code.unlink(missing_ok=True)
    process = start(["-m", FORKING, str(code), *command], environment, log, product=False)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return int(code.read_text()), log.read_text(errors="replace")
