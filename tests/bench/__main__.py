"""``python -m tests.bench [NAME…]``: measures, and prints a table in Markdown at the end."""

import argparse
import importlib
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from tests.bench.figures import Figure, table
from tests.support.environment import prepare
from tests.support.postgres import postgres

RUNS = {
    "start": 3,
    "enter": 10,
    "first-token": 15,
    "throughput": 3,
    "pages": 40,
    "idle": 1,
    "memory": 3,
    "turn-cost": 5,
    "stop": 10,
    "hung-redis": 5,
    "long-prompt": 3,
    "browser": 1,
    "recovery": 1,
    "crowd": 1,
    "hundred": 1,
    "tabs": 3,
    "idle-sockets": 1,
    "slow-browser": 1,
    "steady": 1,
    "hangs": 1,
    "imports": 1,
}
"""The benchmarks, with their default number of runs."""
COMPARISON = ("enter", "first-token", "throughput")
"""Comparisons with other systems. They run by default."""


def main() -> None:
    options = _options()
    # Clean up as after Ctrl-C; otherwise the started processes would outlive this one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    with ExitStack() as around:
        data = prepare(services=_database(around))
        around.callback(shutil.rmtree, data, ignore_errors=True)
        found = []
        for name, measure, runs in _chosen(options):
            print(f"\n{name}", flush=True)
            for figure in measure(runs):
                print(f"  {figure}", flush=True)
                found.append(figure)
        print(f"\n{table(found)}")


def _database(around: ExitStack) -> dict[str, str]:
    """The address of a PostgreSQL server of these benchmarks, as for tests; none for SQLite."""
    if not os.environ.get("AGENTEX_TEST_POSTGRES"):
        return {}
    return {"DATABASE_URL": around.enter_context(postgres()), "SECRET_KEY": "of-the-benchmarks-" + "x" * 40}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)}; {', '.join(COMPARISON)} by default"
    )
    parser.add_argument("--runs", type=int, metavar="N", help="repeat each N times")
    parser.add_argument("--install", action="store_true", help="also the very first start: clone, venv, pip")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in RUNS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(RUNS)}")
    if options.runs is not None and options.runs < 1:
        parser.error("--runs is a whole number from 1 on")
    return options


def _chosen(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[int], Iterator[Figure]], int]]:
    for name in options.names or ([] if options.install else COMPARISON):
        # Imported here because Django must be set up first.
        module = importlib.import_module(f"tests.bench.{name.replace('-', '_')}")
        yield name, module.measure, options.runs or RUNS[name]
    if options.install:
        module = importlib.import_module("tests.bench.start")
        yield "install", module.measure_install, options.runs or 1


if __name__ == "__main__":
    main()
