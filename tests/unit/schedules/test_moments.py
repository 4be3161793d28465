"""Moments as agents write them, in the person's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agentex_web.turns.moments import moment_of

NOW = datetime(2026, 11, 26, 15, 30, 20, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Thursday."""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("tomorrow 09:00", "2026-11-27T09:00:00+01:00"),
        ("Tomorrow at 9:00", "2026-11-27T09:00:00+01:00"),
        ("today 18:00", "2026-11-26T18:00:00+01:00"),
        ("09:00", "2026-11-27T09:00:00+01:00"),
        ("16:00", "2026-11-26T16:00:00+01:00"),
        ("monday 8:15", "2026-11-30T08:15:00+01:00"),
        ("thursday 09:00", "2026-12-03T09:00:00+01:00"),
        ("thursday 18:00", "2026-11-26T18:00:00+01:00"),
        ("in 20 minutes", "2026-11-26T15:50:20+01:00"),
        ("in 1 week", "2026-12-03T15:30:20+01:00"),
        ("2027-07-01 09:00", "2027-07-01T09:00:00+02:00"),
        ("2027-07-01T09:00:00", "2027-07-01T09:00:00+02:00"),
        ("2027-07-01T09:00:00+00:00", "2027-07-01T09:00:00+00:00"),
    ],
)
def test_each_form(text: str, moment: str) -> None:
    assert moment_of(text, NOW).isoformat() == moment


@pytest.mark.parametrize(
    ("now", "text", "minutes"),
    [
        ("2026-10-25T02:50:00+02:00", "in 20 minutes", 20),
        ("2026-10-25T02:10:00+01:00", "in 20 minutes", 20),
        ("2026-03-28T20:00:00+01:00", "in 8 hours", 480),
    ],
)
def test_hours_pass_where_the_clock_changes(now: str, text: str, minutes: int) -> None:
    before = datetime.fromisoformat(now).astimezone(NOW.tzinfo)
    passed = moment_of(text, before).timestamp() - before.timestamp()
    assert passed == minutes * 60


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:00-10:00",
        "",
        "soon",
        "someday 09:00",
        "tomorrow 25:00",
        "in 999999 weeks",
        "2027-02-30 09:00",
        "in ٣ days",
    ],
)
def test_what_is_no_time_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="Write it as: tomorrow 09:00"):
        moment_of(text, NOW)
