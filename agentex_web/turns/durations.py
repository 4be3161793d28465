"""Durations as authors write them. Standard library only."""

from datetime import timedelta

Duration = timedelta | float
"""A ``timedelta``, or seconds."""


def seconds_of(duration: Duration) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else float(duration)


def seconds_or_none(duration: Duration | None) -> float | None:
    return None if duration is None else seconds_of(duration)
