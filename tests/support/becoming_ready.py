"""What each process of pytest-xdist would do before its first test, although one of them is enough for it."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test
from hypothesis.internal.conjecture import providers

from tests.support.order import TESTS


def import_a_share(config: pytest.Config) -> None:
    """Imports a share of the test modules first, so that each process finds those of the others compiled.

    In a new checkout, each process would rewrite the assertions of all 400 modules at the same time: 7 s of CPU.
    """
    input_of_worker = getattr(config, "workerinput", None)
    if input_of_worker is None or [Path(argument).resolve() for argument in config.args] != [TESTS]:
        return
    number, count = int(input_of_worker["workerid"].removeprefix("gw")), input_of_worker["workercount"]
    paths = sorted(TESTS.rglob("test_*.py"))
    for path in paths[number::count]:
        # If one cannot be imported, pytest tries again and says so.
        with suppress(Exception):
            importlib.import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))


_constants = providers._get_local_constants


@contextmanager
def constants_later() -> Iterator[None]:
    """Keeps Hypothesis from reading the constants of all code after the collection: 1 to 4 s of CPU."""
    providers._get_local_constants = lambda: providers._local_constants
    try:
        yield
    finally:
        providers._get_local_constants = _constants


def read_constants(item: pytest.Item) -> None:
    """Reads the constants before the first random test, whose time it would count for otherwise."""
    if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
        providers._get_local_constants()
