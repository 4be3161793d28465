"""The process that forks the product's processes: 2.5 s of CPU less per worker. tests/support/forked.py orders them."""

import gc
import importlib
import json
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.support.garbage import collect_rarely
from tests.support.shared_imports import OPTION, forked_for_a_connection, serve_gateway

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
AGENTS = "AGENTEX_AGENT_DIRS"


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


def _become(command: list[str], environment: dict[str, str], log: str, settings: dict[str, Any]) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    sys.stdin = open(0)  # noqa: SIM115  (as long as the process)
    os.environ.clear()
    os.environ.update(environment)
    collect_rarely()
    if settings:
        _change(settings)
    _run(command)


def _change(changed: dict[str, Any]) -> None:
    from django.conf import settings

    from agentex_web import agents

    if folder := changed.pop(AGENTS, None):
        os.environ[AGENTS] = folder
        agents.__path__[:] = [folder]
        settings.AGENTEX_AGENT_DIRS = [Path(folder)]
    for name, value in changed.items():
        assert hasattr(settings, name), f"There is no setting {name}."
        setattr(settings, name, value)


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
