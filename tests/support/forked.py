"""Forks the product's processes from one that has already imported the libraries: 2.5 s of CPU less per worker.

Tests start and kill dozens of processes. tests/machine starts them as an operator does.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests.support.environment import ROOT
from tests.support.process import CAN_FORK, Forked
from tests.support.shared_imports import OPTION, ORDERS, connection, forked_for_a_connection, serve_gateway
from tests.support.waiting import PATIENCE

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
    *(
        "cronsim",
        "csp.middleware",
        "environs",
        "openai.resources.responses",
        "py_vapid",
        "rcssmin",
        "rjsmin",
        "smtplib",
    ),
    # These know no settings.
    *("agentex_web.adk", "agentex_web.rendering.markdown", "agentex_web.turns.chat_workflow"),
)
"""What does not depend on the environment."""
OF_TESTS = (
    *("PIL.Image", "docx", "pptx", "pypdf", "xlsxwriter", "aiosmtpd.controller", "psycopg", "mcp.server"),
    *(
        "hypothesis.strategies",
        "playwright.sync_api",
        "uvicorn",
        "starlette.applications",
        "websockets.asyncio.client",
    ),
)
"""What the tests import in addition. No plugin of pytest: pytest changes these as it imports them."""
PRODUCT = ("agentex_web.asgi", "agentex_web.management.commands.runworker", "agentex_web.worker.run")
"""The first sets Django up."""
WORKER = ["manage.py", "runworker"]


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
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, product: bool | None = None
    ) -> Forked:
        """
        Args:
            command: arguments for Python: a script or ``-m`` and a module, and their arguments.
            log: the file for the output, which is emptied.
            product: whether the process is forked from one with the product; by default, if another process was
                started in its environment.
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
        order = {"command": list(command), "environment": given, "log": str(log)}
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
            [sys.executable, "-m", "tests.support.forked"],
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
    fork: bool = True,
    product: bool | None = None,
) -> subprocess.Popen[bytes] | Forked:
    """Starts a process in the project's folder, forked if the system can do that. Arguments as for `Nursery.start`."""
    if fork and CAN_FORK:
        return NURSERY.start(command, environment, log, product)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=dict(environment),
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
    process = start(["-m", __name__, str(code), *command], environment, log, product=False)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return int(code.read_text()), log.read_text(errors="replace")


def _import_libraries(*others: str) -> None:
    gc.disable()
    for library in (*LIBRARIES, *others):
        importlib.import_module(library)
    gc.freeze()
    gc.enable()


def _serve() -> None:
    """Forks a process for each line of standard input, and exits at its end."""
    began = time.time_ns()
    # Nobody waits for the processes here, so let the kernel reap them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with_product: list[tuple[dict[str, str], int]] = []
    for line in sys.stdin:
        order, has_product = json.loads(line)
        if has_product:
            orders = next((each for given, each in with_product if given == order["environment"]), None)
            if orders is None:
                read, orders = os.pipe()
                if os.fork() == 0:
                    for each in (orders, *(other for _, other in with_product)):
                        os.close(each)
                    _serve_with_product(order["environment"], read, began)
                    return
                os.close(read)
                with_product.append((order["environment"], orders))
            os.write(orders, f"{json.dumps(order)}\n".encode())
        elif _forked():
            for _, each in with_product:
                os.close(each)
            _become(**order)
            return


def _serve_with_product(environment: dict[str, str], orders: int, began: int) -> None:
    gc.disable()
    os.environ.clear()
    os.environ.update(environment)
    for module in PRODUCT:
        importlib.import_module(module)
    _shorten_hangs()
    assert threading.active_count() == 1, "Threads are not forked."
    gc.freeze()
    gc.enable()
    with os.fdopen(orders) as lines:
        for order in map(json.loads, lines):
            if order["command"] == WORKER:
                _load_agents(began)
            if _forked():
                _become(**order)
                return


def _shorten_hangs() -> None:
    """A worker that hangs computes until it notices: for 9 and 6 s by default."""
    from agentex_web.worker import watchdog

    watchdog.GIL_SECONDS, watchdog.INTERRUPT_SECONDS = 5.0, 3.0


def _load_agents(began: int) -> None:
    # It imports the product.
    from tests.support.loaded_agents import load_agents_once

    load_agents_once(began)


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
    _run(command)


def _run(command: list[str]) -> None:
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


def _run_and_report(code: str, *command: str) -> None:
    """Runs a command in another process, and writes its exit code into a file."""
    if process := os.fork():
        Path(code).write_text(str(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])))
    else:
        _run(list(command))


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            _import_libraries()
            _serve()
        case [option, listener] if option == OPTION:
            _import_libraries(*OF_TESTS)
            match forked_for_a_connection(int(listener)):
                case "orders":
                    _serve()
                case "gateway":
                    serve_gateway()
        case command:
            _run_and_report(*command)
