"""tests/slowest_first.txt names files that exist."""

from tests.support.environment import ROOT
from tests.support.order import slowest_first


def test_each_file_exists_and_is_named_once() -> None:
    named = slowest_first()
    assert [file for file in named if not (ROOT / "tests" / file).is_file()] == []
    assert len(named) == len(set(named))
