"""Groups the list of chats: pinned ones, folders, and the others by the day or month of their last use."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models import Task

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
HEADINGS: dict[str, Promise] = {
    "pinned": _("Pinned"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "week": _("Previous 7 days"),
    "month": _("Previous 30 days"),
}
_RANKS = {"pinned": "9999-5", "today": "9999-4", "yesterday": "9999-3", "week": "9999-2", "month": "9999-1"}


@dataclass(frozen=True)
class Group:
    """Rows of the list under one heading.

    Attributes:
        key: the same in every language; for a month, ``YYYY-MM``.
        rank: the sort key of the group, as text; the highest comes first.
    """

    key: str
    heading: str
    rank: str
    rows: list[Task] = field(default_factory=list)


def grouped(tasks: Iterable[Task]) -> list[Group]:
    """Groups tasks under headings such as Today; keeps their order."""
    today = timezone.localdate()
    groups: dict[str, Group] = {}
    for task in tasks:
        key = key_of(task, today)
        if key not in groups:
            groups[key] = Group(key, heading_of(key), _RANKS.get(key, key))
        groups[key].rows.append(task)
    return list(groups.values())


def key_of(task: Task, today: date) -> str:
    """The key of the task's group on the day ``today``, in the page's time zone."""
    if task.folder_id is not None:
        return f"folder-{task.folder_id}"
    return "pinned" if task.pinned_at else day_of(task.updated_at, today)


def day_of(moment: datetime, today: date) -> str:
    day = timezone.localdate(moment)
    ago = today - day
    if ago <= timedelta(0):
        return "today"
    if ago == timedelta(days=1):
        return "yesterday"
    if ago <= WEEK:
        return "week"
    return "month" if ago <= MONTH else f"{day:%Y-%m}"


def heading_of(key: str) -> str:
    """The heading of a group of days; empty for a folder, which has its name."""
    if key in HEADINGS:
        return str(HEADINGS[key])
    if key.startswith("folder-"):
        return ""
    return date_format(date(int(key[:4]), int(key[5:7]), 1), "YEAR_MONTH_FORMAT")
