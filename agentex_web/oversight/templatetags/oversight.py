"""Tags and filters for the admin's templates."""

import calendar
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.admin.views.main import ChangeList
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from agentex_web.oversight.listing import MOST, span_of_dates

register = template.Library()
STATUSES = (noop("Pending"), noop("Queued"), noop("Interrupted"), noop("Withdrawn"), noop("Streaming"))
"""Statuses of turns and messages that no other page names, for their translation."""


@register.filter("status_word")
def first_word(label: object) -> str:
    """The first word of a status, in the reader's language. The whole label is too long for a column."""
    return gettext(str(label).split()[0].strip(":").capitalize())


@register.inclusion_tag("oversight/_dates.html")
def date_links(listed: ChangeList) -> dict[str, Any]:
    """Links to years, months and days from the first to the last row. Django's own tag reads every row."""
    span = span_of_dates(listed)
    if span is None:
        return {}
    field = listed.date_hierarchy
    given = {part: _number(listed.params.get(f"{field}__{part}")) for part in ("year", "month", "day")}
    year, month, day = given["year"], given["month"], given["day"]

    def link(**parts: int) -> str:
        wanted = {f"{field}__{part}": str(number) for part, number in parts.items()}
        return listed.get_query_string(wanted, [f"{field}__"])

    def choice(moment: date, last: date, words: str, **parts: int) -> dict[str, Any] | None:
        return {"link": link(**parts), "title": words} if moment <= span[1] and last >= span[0] else None

    back: list[dict[str, Any]] = []
    choices: list[dict[str, Any] | None]
    if year is None and span[0].year == span[1].year:
        choices = _months(span[0].year, choice)
    elif year is None:
        choices = [
            choice(date(each, 1, 1), date(each, 12, 31), str(each), year=each)
            for each in range(span[0].year, span[1].year + 1)[-50:]
        ]
    else:
        back.append({"link": link(), "title": None})
        if month is None:
            choices = _months(year, choice)
        else:
            back.append({"link": link(year=year), "title": str(year)})
            days = range(1, _last(year, month).day + 1) if day is None else []
            if day is not None:
                back.append({"link": link(year=year, month=month), "title": _month(year, month)})
            choices = [
                choice(
                    date(year, month, each),
                    date(year, month, each),
                    str(each),
                    year=year,
                    month=month,
                    day=each,
                )
                for each in days
            ]
    shown = ""
    if year and month and day:
        shown = date_format(date(year, month, day), "DATE_FORMAT")
    elif year and month:
        shown = _month(year, month)
    elif year:
        shown = str(year)
    return {"back": back, "choices": [each for each in choices if each], "shown": shown}


def _months(year: int, choice: Callable[..., dict[str, Any] | None]) -> list[dict[str, Any] | None]:
    return [
        choice(date(year, each, 1), _last(year, each), _month(year, each), year=year, month=each)
        for each in range(1, 13)
    ]


def _number(given: Any) -> int | None:
    """A part of a date in the URL; None if it is invalid."""
    text = str(given[0] if isinstance(given, list) and given else given or "")
    return int(text) if text.isdecimal() and 0 < int(text) < 10_000 else None


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _month(year: int, month: int) -> str:
    return date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")


@register.filter
def is_bounded(count: int) -> bool:
    """True if the count stopped at its limit."""
    return count > MOST


@register.filter
def bound(_count: int) -> int:
    return MOST


@register.filter
def thousands(number: int) -> str:
    """``950``, ``1.2k``, ``3.4M``."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + letter
    return str(number)


@register.filter
def duration(seconds: float | None) -> str:
    """``850 ms``, ``3.4 s``, ``12 min``, ``2 h``; empty if unknown."""
    if seconds is None:
        return ""
    if 0 < seconds < 0.95:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"


@register.filter
def moment(at: datetime | None) -> str:
    """``26 Nov 2026, 14:05`` in the reader's time zone; empty for None."""
    return "" if at is None else date_format(timezone.localtime(at), "DATETIME_FORMAT")
