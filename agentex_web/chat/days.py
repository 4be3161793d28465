"""Groups the list of chats by the day of their last use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models import Task

WEEK = timedelta(days=7)
HEADINGS: dict[str, Promise] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "week": _("Previous 7 days"),
    "older": _("Older"),
}


@dataclass(frozen=True)
class Group:
    """Rows of the list under one heading. ``key`` is the same in every language."""

    key: str
    rows: list[Task]

    @property
    def heading(self) -> str:
        return str(HEADINGS[self.key])


def by_day(tasks: Iterable[Task]) -> list[Group]:
    """Tasks grouped under headings such as Today, the latest first."""
    today = timezone.localdate()
    groups = groupby(tasks, lambda task: day_of(task.updated_at, today))
    return [Group(key, list(rows)) for key, rows in groups]


def day_of(moment: datetime, today: date) -> str:
    """The key of ``moment`` in ``HEADINGS`` if today is ``today``, in the time zone of the page."""
    ago = today - timezone.localdate(moment)
    if ago <= timedelta(0):
        return "today"
    if ago == timedelta(days=1):
        return "yesterday"
    return "week" if ago <= WEEK else "older"
