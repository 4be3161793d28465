"""Parses times as agents write them: “tomorrow 09:00”, “in 20 minutes”, “monday 8:30”, or ISO 8601."""

import re
from datetime import UTC, date, datetime, time, timedelta

FORMS = "tomorrow 09:00, monday 09:00, in 20 minutes, 2030-01-31 09:00, or 2030-01-31T09:00:00+01:00"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_IN = re.compile(r"in ([0-9]{1,6}) (minute|hour|day|week)s?")
_AT = re.compile(r"(?:([a-z]{1,16}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?: at)? )?([0-9]{1,2}):([0-9]{2})")


def moment_of(text: str, now: datetime) -> datetime:
    """Reads a time that an agent has written.

    Args:
        now: the current time in the person's time zone. Times without an offset are in that zone.

    Raises:
        ValueError: the text has none of the supported forms; the message lists them.
    """
    words = " ".join(text.casefold().split())
    try:
        if found := _IN.fullmatch(words):
            later = timedelta(**{f"{found[2]}s": int(found[1])})
            if found[2] in ("day", "week"):
                return _checked(now + later)
            # Hours pass in UTC: the clock of the zone may change meanwhile.
            return _checked((now.astimezone(UTC) + later).astimezone(now.tzinfo))
        if found := _AT.fullmatch(words):
            at = time(int(found[2]), int(found[3]))
            return _checked(_on(found[1] or "", at, now))
        moment = datetime.fromisoformat(text.strip())
        return _checked(moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo))
    except (ValueError, OverflowError):
        raise ValueError(f"“{text[:60]}” is not a valid time. Write it as: {FORMS}.") from None


def _checked(moment: datetime) -> datetime:
    """Returns the time if it can be converted to UTC.

    Raises:
        OverflowError: UTC cannot hold it, at the ends of the calendar.
    """
    moment.astimezone(UTC)
    return moment


def _on(day: str, at: time, now: datetime) -> datetime:
    today = now.date()
    match day:
        case "today":
            return _moment(today, at, now)
        case "tomorrow":
            return _moment(today + timedelta(days=1), at, now)
        case "":
            moment = _moment(today, at, now)
            return moment if moment > now else _moment(today + timedelta(days=1), at, now)
    if day in _DAYS:
        ahead = (_DAYS.index(day) - today.weekday()) % 7
        moment = _moment(today + timedelta(days=ahead), at, now)
        return moment if moment > now else moment + timedelta(days=7)
    return _moment(date.fromisoformat(day), at, now)


def _moment(day: date, at: time, now: datetime) -> datetime:
    return datetime.combine(day, at, now.tzinfo)
