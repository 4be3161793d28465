"""Groups the list of chats by the day of their last use."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.tasks.models import Task

WEEK = timedelta(days=7)


def by_day(tasks: Iterable[Task]) -> list[tuple[str, list[Task]]]:
    """Tasks grouped under headings such as Today, the latest first."""
    today = timezone.localdate()
    groups = groupby(tasks, lambda task: heading(task.updated_at, today))
    return [(words, list(rows)) for words, rows in groups]


def heading(moment: datetime, today: date) -> str:
    """The heading for ``moment`` if today is ``today``, in the server's time zone."""
    ago = today - timezone.localdate(moment)
    if ago <= timedelta(0):
        return _("Today")
    if ago == timedelta(days=1):
        return _("Yesterday")
    return _("Previous 7 days") if ago <= WEEK else _("Older")
