"""The order in which the files of tests begin.

First those that use the database but no services: they expect empty tables, and what the stack writes is never rolled
back. Then those that use services, the longest first, and last those that use neither.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.support.environment import ROOT

TESTS = ROOT / "tests"
LIST = TESTS / "slowest_first.txt"
SERVERLESS = ("unit", "turns_in_memory", "demo_model")
"""Folders whose tests do not use the stack."""


def slowest_first() -> list[str]:
    """The files of tests that take longest, relative to ``tests/``."""
    return [line for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


# Asked of each test twice, and paths are slow to compare.
@cache
def is_serverless(file: Path) -> bool:
    return any(TESTS / folder in file.parents for folder in SERVERLESS)


def in_order(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests, each file's together, in the order in which they begin."""
    items = list(items)
    long = {TESTS / file: number for number, file in enumerate(slowest_first())}
    with_stack = {item.path for item in items if "running_stack" in _fixtures(item)}
    with_tables = {item.path for item in items if _uses_tables(item)} - with_stack

    def place(item: pytest.Item) -> tuple[int, int]:
        group = 0 if item.path in with_tables else 2 if is_serverless(item.path) else 1
        return group, long.get(item.path, len(long))

    return sorted(items, key=place)


def _uses_tables(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(
        {"db", "transactional_db"} & _fixtures(item)
    )


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))
