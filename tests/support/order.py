"""The order in which the files of tests begin."""

from tests.support.environment import ROOT

LIST = ROOT / "tests" / "slowest_first.txt"


def slowest_first() -> list[str]:
    """The files of tests that take longest, relative to ``tests/``."""
    return [line for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
