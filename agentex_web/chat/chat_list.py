"""The list of a person's chats: as a whole for a page, and single rows for pages that are open."""

import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string

from agentex_web.chat.access import tasks_of
from agentex_web.chat.days import by_day
from agentex_web.tasks.models import Task, Turn

LENGTH = 100
ALL = 5_000
"""Chats that a page lists at most."""
CLOCKS_APART = 2.0
"""Seconds that the clocks of the web process and of Redis may differ."""


def chat_list(user: User, *, whole: bool) -> dict[str, Any]:
    """The context of `chat/_sidebar.html`: the latest chats, or all of them, by group."""
    # Before the rows are read: what changes from then on comes by the socket.
    since = f"{int((time.time() - CLOCKS_APART) * 1000)}-0"
    wanted = ALL if whole else LENGTH
    rows = list(_listed(user).order_by("-updated_at")[: wanted + 1])
    return {
        "groups": by_day(rows[:wanted]),
        "has_more": len(rows) > wanted,
        "shows_all": whole,
        "list_cursor": since,
    }


def list_rows(user: User, ids: Iterable[uuid.UUID]) -> dict[str, str]:
    """The markup of these chats' rows in the list, by id; empty for those that are not in it."""
    found = {
        str(row.pk): render_to_string("chat/_chat_row.html", {"row": row, "group": group.key})
        for group in by_day(_listed(user).filter(pk__in=ids))
        for row in group.rows
    }
    return {str(each): found.get(str(each), "") for each in ids}


def _listed(user: User) -> QuerySet[Task]:
    """Chats of the list, each with its agent and ``is_running``."""
    running = Turn.objects.filter(task=OuterRef("pk"), status__in=Turn.OPEN)
    return tasks_of(user).select_related("agent").annotate(is_running=Exists(running))
