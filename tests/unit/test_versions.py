"""A socket knows which changes its page has seen, and when a change counts as lost."""

import pytest

from agentex_web.actions import versions
from agentex_web.actions.versions import GRACE_SECONDS, PageVersion


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [100.0]
    monkeypatch.setattr(versions.time, "monotonic", lambda: clock[0])
    return clock


def test_changes_that_come_in_another_order_are_no_gap(now: list[float]) -> None:
    seen = PageVersion(4)
    for version in (6, 0, 7):
        seen.take(version)
    assert seen.shown == 4 and seen.lost_in() == GRACE_SECONDS
    seen.take(5)
    assert seen.shown == 7 and seen.lost_in() is None


def test_what_is_missing_for_longer_is_lost(now: list[float]) -> None:
    seen = PageVersion(4)
    seen.take(6)
    now[0] += GRACE_SECONDS
    assert seen.lost_in() == 0
    seen.restart()
    assert seen.lost_in() is None


def test_what_only_the_row_knows_is_missing_too(now: list[float]) -> None:
    seen = PageVersion(4)
    seen.expect(4)
    assert seen.lost_in() is None
    seen.expect(5)
    assert seen.lost_in() == GRACE_SECONDS


def test_a_page_that_does_not_say_what_it_shows_begins_with_what_comes(now: list[float]) -> None:
    seen = PageVersion(None)
    seen.expect(9)
    assert seen.lost_in() is None
    seen.take(8)
    assert seen.shown == 8
