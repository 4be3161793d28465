"""The order in which the files of tests begin: those that use services, then the others; each time the longest first."""

from pathlib import Path

from tests.support.environment import ROOT

TESTS = ROOT / "tests"
LIST = TESTS / "slowest_first.txt"
SERVERLESS = ("unit", "turns_in_memory", "demo_model")
"""Folders whose tests do not use the stack."""


def slowest_first() -> list[str]:
    """The files of tests that take longest, relative to ``tests/``."""
    return [line for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def is_serverless(file: Path) -> bool:
    return any(TESTS / folder in file.parents for folder in SERVERLESS)
