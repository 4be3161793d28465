"""The times of a schedule: converts its cron expression and time zone to moments and to words.

Cronsim parses the expression. Temporal gets the same numbers as a calendar (schedules/temporal.py), so both
compute the same times. Times that do not exist because clocks are put forward are left out, as in Temporal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext, gettext_lazy, ngettext

from agentex_web.languages.choice import zone_names

FIELDS = 5
HOURS = 24
LOOKED_AT = 40
"""The number of runs that are examined to find the shortest gap."""
DAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
"""In the order of cron's numbers, 1 to 7."""


class BadTimes(ValueError):
    """A cron expression or time zone cannot be used. The text says why."""


@dataclass(frozen=True)
class Calendar:
    """The numbers of a cron expression, sorted. Days of the week count from 0, which is Sunday."""

    minutes: list[int]
    hours: list[int]
    days: list[int]
    months: list[int]
    weekdays: list[int]


def zone(name: str) -> ZoneInfo:
    """Returns the time zone of this name.

    Raises:
        BadTimes: there is no such time zone.
    """
    if name not in zone_names():
        raise BadTimes(gettext("There is no time zone “%(name)s”.") % {"name": name[:64]})
    return ZoneInfo(name)


def stored_zone(name: str) -> ZoneInfo:
    """Returns the time zone of a stored schedule; UTC if this machine does not have it any more.

    An update may take names away: Debian 13 has those such as US/Eastern in a package of their own.
    """
    return ZoneInfo(name) if name in zone_names() else ZoneInfo("UTC")


def calendar_of(cron: str) -> Calendar:
    """Converts a cron expression to one of Temporal's calendars.

    Raises:
        BadTimes: the text is not a cron expression of five fields, or Temporal's calendars cannot express it.
    """
    parts = cron.split()
    if len(parts) != FIELDS:
        raise BadTimes(gettext("Enter five fields: minute, hour, day of the month, month, day of the week."))
    try:
        found = CronSim(cron, datetime(2000, 1, 1))
    except CronSimError as error:
        raise BadTimes(gettext("This is not a cron expression: %(reason)s.") % {"reason": error}) from None
    numbers = {*found.minutes, *found.hours, *found.days, *found.months, *found.weekdays}
    if any(not isinstance(each, int) or each < 0 for each in numbers):
        raise BadTimes(gettext("“L” and “#” are not supported in cron expressions here."))
    if not found.day_and:
        raise BadTimes(gettext("Enter a day of the month or a day of the week, not both."))
    weekdays = sorted({int(str(each)) % 7 for each in found.weekdays})
    return Calendar(
        sorted(found.minutes), sorted(found.hours), sorted(found.days), sorted(found.months), weekdays
    )


def due_times(cron: str, time_zone: str, after: datetime) -> Iterator[datetime]:
    """Yields the times of a cron expression after ``after``, in UTC, without end."""
    local = stored_zone(time_zone)
    # From two hours before: in the hour that comes twice, a time that clocks have shown may still be due.
    begin = after.astimezone(local).replace(tzinfo=None) - timedelta(hours=2)
    for each in CronSim(cron, begin):
        moment = _moment(each, local)
        if moment is not None and moment > after:
            yield moment


def _moment(wall: datetime, local: ZoneInfo) -> datetime | None:
    """When clocks show this time; None if they never do, because they are put forward.

    Of a time that clocks show twice, it is the one that Temporal takes first: the second one east of
    Greenwich, the first one west of it (time.Date of Go: the offset of the time taken as UTC, if that fits).
    """
    guess = wall.replace(tzinfo=UTC)
    for _ in range(2):
        offset = guess.astimezone(local).utcoffset() or timedelta()
        guess = wall.replace(tzinfo=UTC) - offset
        if guess.astimezone(local).replace(tzinfo=None) == wall:
            return guess
    return None


def comes_again(cron: str, time_zone: str, due_at: datetime) -> bool:
    """True if clocks show the time of this run for the second time, and the schedule has run at the first.

    West of Greenwich, Temporal starts a run for both. A schedule that names its hours runs once.
    """
    local = stored_zone(time_zone)
    wall = due_at.astimezone(local).replace(tzinfo=None)
    return len(calendar_of(cron).hours) < HOURS and _moment(wall, local) not in (None, due_at)


def shortest_gap(cron: str, time_zone: str) -> timedelta:
    """The shortest gap between two successive runs, among the next ``LOOKED_AT``."""
    times = list(islice(due_times(cron, time_zone, now()), LOOKED_AT))
    gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    return min(gaps, default=timedelta.max)


def in_words(cadence: str, cron: str, once_at: datetime | None, time_zone: str) -> str:
    """Describes a schedule's times in words, without a final full stop."""
    words = _in_words(cadence, cron, once_at, time_zone)
    if time_zone in zone_names():
        return words
    return f"{words} ({gettext('There is no time zone “%(name)s”.') % {'name': time_zone}})"


def _in_words(cadence: str, cron: str, once_at: datetime | None, time_zone: str) -> str:
    local = stored_zone(time_zone)
    if once_at is not None:
        return date_format(once_at.astimezone(local), "DATETIME_FORMAT")
    if cadence == "cron":
        return cron
    calendar = calendar_of(cron)
    minute, hour = calendar.minutes[0], calendar.hours[0]
    at = {"time": f"{hour:02}:{minute:02}", "minute": f"{minute:02}", "day": calendar.days[0]}
    if cadence == "hourly":
        return ngettext("Every hour, one minute past", "Every hour, %(count)d minutes past", minute) % {
            "count": minute
        }
    if cadence == "daily":
        return gettext("Every day at %(time)s") % at
    if cadence == "weekdays":
        return gettext("Monday to Friday at %(time)s") % at
    if cadence == "monthly":
        return gettext("On day %(day)s of every month at %(time)s") % at
    names = ", ".join(str(DAYS[(each - 1) % 7]) for each in sorted(calendar.weekdays, key=lambda x: x or 7))
    return gettext("Every %(days)s at %(time)s") % {**at, "days": names}
