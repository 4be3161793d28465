"""When schedules are due, including clock changes, and which schedules are invalid."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from agentex_web.schedules.changing import ScheduleRefused, check_times
from agentex_web.schedules.times import BadTimes, calendar_of, due_times, in_words, shortest_gap, zone

BERLIN = "Europe/Berlin"


def first(cron: str, name: str, after: datetime, count: int = 3) -> list[str]:
    return [f"{each:%m-%d %H:%M}" for each in islice(due_times(cron, name, after), count)]


def test_times_are_those_of_the_owners_clock() -> None:
    winter, summer = datetime(2026, 1, 5, 6, tzinfo=UTC), datetime(2026, 7, 6, 6, tzinfo=UTC)
    assert first("0 8 * * *", BERLIN, winter, 1) == ["01-05 07:00"]
    assert first("0 8 * * *", BERLIN, summer, 1) == ["07-07 06:00"]


def test_a_time_that_clocks_leave_out_is_left_out() -> None:
    before = datetime(2026, 3, 27, 12, tzinfo=UTC)
    # On the 29th, 02:30 does not exist in Berlin.
    assert first("30 2 * * *", BERLIN, before) == ["03-28 01:30", "03-30 00:30", "03-31 00:30"]


def test_a_time_that_comes_twice_is_due_once() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    # Temporal takes the second one in the east and the first one in the west (tests/turns/test_schedules.py).
    assert first("30 2 * * *", BERLIN, before, 2) == ["10-25 01:30", "10-26 01:30"]
    assert first("30 2 * * *", BERLIN, datetime(2026, 10, 25, 0, 45, tzinfo=UTC), 1) == ["10-25 01:30"]
    before = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert first("30 1 * * *", "America/New_York", before, 2) == ["11-01 05:30", "11-02 06:30"]


@pytest.mark.parametrize(
    "cron",
    ["", "* * * *", "61 * * * *", "0 8 1 * 1", "0 8 L * *", "0 8 * * 1#2", "0 0 8 * * *", "0 0 31 2 *"],
)
def test_what_temporal_has_no_calendar_for_is_refused(cron: str) -> None:
    with pytest.raises(BadTimes):
        calendar_of(cron)


def test_sunday_is_one_day() -> None:
    assert calendar_of("0 8 * * 0,7").weekdays == [0]


def test_the_shortest_distance_counts() -> None:
    assert shortest_gap("0,2 8 * * *", "UTC") == timedelta(minutes=2)
    assert shortest_gap("0 8 29 2 *", "UTC") >= timedelta(days=1_000)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(BadTimes, match="no time zone"):
        zone("../../etc/passwd")
    with pytest.raises(ScheduleRefused, match="no time zone"):
        check_times("0 8 * * *", None, "../../etc/passwd")


@pytest.mark.parametrize(
    ("cadence", "cron", "words"),
    [
        ("hourly", "5 * * * *", "Every hour, 5 minutes past"),
        ("daily", "5 8 * * *", "Every day at 08:05"),
        ("weekdays", "0 8 * * 1-5", "Monday to Friday at 08:00"),
        ("weekly", "0 8 * * 0,3", "Every Wednesday, Sunday at 08:00"),
        ("monthly", "30 9 15 * *", "On day 15 of every month at 09:30"),
        ("cron", "*/15 9-17 * * *", "*/15 9-17 * * *"),
    ],
)
def test_it_is_said_in_words(cadence: str, cron: str, words: str) -> None:
    assert in_words(cadence, cron, None, "UTC") == words
