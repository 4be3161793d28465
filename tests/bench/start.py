"""From the command to a usable dashboard, and from Ctrl-C until no process is left."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.support.environment import ROOT

INSTALL_SECONDS = 1_200.0


def measure(runs: int) -> Iterator[Figure]:
    first: list[float] = []
    second: list[float] = []
    stop: list[float] = []
    for _ in range(runs):
        data = Path(tempfile.mkdtemp(prefix="agentex-"))
        try:
            for times in (first, second):
                with Dashboard(data) as dashboard:
                    times.append(dashboard.ready_after)
                    stop.append(dashboard.stop())
        finally:
            shutil.rmtree(data, ignore_errors=True)
    how = "From the start of `manage.py run` to its line “Agentex Web is ready”, in a new data directory."
    yield Figure("first start", "s", first, how)
    yield Figure("second start", "s", second, "The same, once more with the same data directory.")
    yield Figure("Ctrl-C", "s", stop, "From SIGINT until no process is left that the run had started.")


def measure_install(runs: int) -> Iterator[Figure]:
    """Measures the very first start from a new clone, so with the committed files only."""
    ready, install = [], []
    for _ in range(runs):
        clone = Path(tempfile.mkdtemp(prefix="agentex-"))
        try:
            subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
            with Dashboard(
                clone / ".data",
                ("make", "run"),
                clone,
                INSTALL_SECONDS,
                PIP_NO_CACHE_DIR="1",
                AGENTEX_AGENT_DIRS=str(clone / "agents"),
                # If make runs this benchmark, the inner make must not use its job server.
                MAKEFLAGS="",
                MAKELEVEL="",
            ) as dashboard:
                ready.append(dashboard.ready_after)
                install.append(dashboard.running.when("system .* started") - dashboard.began)
        finally:
            shutil.rmtree(clone, ignore_errors=True)
    how = "From `make run` in a new clone to its line “Agentex Web is ready”; pip without its cache."
    yield Figure("very first start", "s", ready, how)
    yield Figure("… of which `.venv` and pip", "s", install, "Until the first process was started.")
