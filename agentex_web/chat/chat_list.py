"""The list of a person's chats: its first part for a page, further parts, and single rows for open pages.

The number of queries does not grow with the list: `chat_list` makes two to six, `more_rows` and `list_rows`
one each.
"""

import time
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from agentex_web.actions.access import tasks_of
from agentex_web.chat.days import Group, grouped
from agentex_web.chat.list_filter import ListFilter, with_state
from agentex_web.journal.listing import deleted_lately
from agentex_web.tasks.models import Folder, Task

LENGTH = 60
"""Chats in the first part of the list, and in each further part."""
MOST = 600
"""At most this many chats are returned when a page loads its list again."""
PINNED = 100
"""At most this many pinned chats are shown."""
FOLDER_LENGTH = 200
"""An open folder shows at most this many chats; the list filtered by the folder shows all."""
CLOCKS_APART = 2.0
"""Seconds that the clocks of the web process and of Redis may differ."""


def cursor_now() -> str:
    """The cursor from which the list's socket sends changes to a page that is rendered now."""
    return f"{int((time.time() - CLOCKS_APART) * 1000)}-0"


def chat_list(
    user: User, which: ListFilter, current: Task | None = None, length: int = LENGTH
) -> dict[str, Any]:
    """The context of `chat/_sidebar.html`.

    Args:
        current: the chat that the page shows; the list always includes it.
        length: rows that the page shows already; at least as many are returned, up to ``MOST``.
    """
    length = min(max(length, LENGTH), MOST)
    # Taken before the rows are read, so that the socket sends every later change.
    since = cursor_now()
    has = _has(user)
    pinned = list(_pinned(user)) if which.is_plain and has["has_pinned"] else []
    rows = list(_unpinned(user, which)[: length + 1])
    shown = [*pinned, *rows[:length]]
    groups = grouped(shown)
    folders = list(_folders(user)) if which.is_plain and has["has_folders"] else []
    open_folder: list[Task] = []
    if which.is_plain and current is not None and current.owner_id == user.pk:
        if current.folder_id is not None and not current.archived_at:
            open_folder = list(folder_rows(user, current.folder_id, current))
        elif current.pk not in {each.pk for each in shown}:
            groups = _with_current(user, current, groups)
    return {
        "groups": groups,
        "folders": folders,
        "open_folder": current.folder_id if open_folder and current else None,
        "open_folder_groups": grouped(open_folder),
        "which": which,
        "next": _after(rows[length - 1]) if len(rows) > length else "",
        "undo": deleted_lately(user.pk) if has["has_deleted"] else [],
        "list_cursor": since,
    }


def _has(user: User) -> dict[str, bool]:
    """Which of the list's parts have any rows. Most are empty, and one query is cheaper than one for each."""
    parts = {
        "has_pinned": _pinned(user),
        "has_folders": Folder.objects.filter(owner=user),
        "has_deleted": Task.objects.filter(owner=user, delete_at__isnull=False),
    }
    rows = User.objects.filter(pk=user.pk).values(**{name: Exists(rows) for name, rows in parts.items()})
    return {name: bool(value) for name, value in rows.get().items()}


def _with_current(user: User, current: Task, groups: list[Group]) -> list[Group]:
    """Adds the current chat to the groups: one that is too old for them, archived or temporary."""
    row = with_state(tasks_of(user)).filter(pk=current.pk).select_related("agent").first()
    if row is None:
        return groups
    if row.archived_at or row.is_temporary:
        heading = _("Archived") if row.archived_at else _("Temporary")
        return [Group("open", heading, "9999-6", [row]), *groups]
    [own] = grouped([row])
    known = next((each for each in groups if each.key == own.key), None)
    if known is None:
        return [*groups, own]
    known.rows.append(row)
    return groups


def more_rows(user: User, which: ListFilter, after: str) -> dict[str, Any]:
    """The next part of the list; ``after`` is the ``next`` of the part before.

    Raises:
        ValueError: ``after`` is malformed.
    """
    moment, _, pk = after.partition("~")
    before = parse_datetime(moment)
    if before is None:
        raise ValueError("There is no such part of the list.")
    older = Q(updated_at__lt=before) | Q(updated_at=before, pk__lt=uuid.UUID(pk))
    rows = list(_unpinned(user, which).filter(older)[: LENGTH + 1])
    return {
        "groups": grouped(rows[:LENGTH]),
        "which": which,
        "next": _after(rows[LENGTH - 1]) if len(rows) > LENGTH else "",
    }


def folder_rows(user: User, folder: int, current: Task | None = None) -> list[Task]:
    """The chats in a folder, always including the one that the page shows."""
    chats = _listed(user).filter(folder=folder, archived_at=None).order_by("-updated_at", "-pk")
    rows = list(chats[:FOLDER_LENGTH])
    if current is not None and current.pk not in {each.pk for each in rows}:
        rows += chats.filter(pk=current.pk)
    return rows


def list_rows(user: User, ids: Collection[uuid.UUID]) -> dict[str, str]:
    """The HTML of these chats' rows, by id; empty for chats that are not in the list."""
    rows = _listed(user).filter(pk__in=ids, archived_at=None)
    found = {
        str(row.pk): render_to_string("chat/_chat_row.html", {"row": row, "group": group})
        for group in grouped(rows)
        for row in group.rows
    }
    return {str(each): found.get(str(each), "") for each in ids}


def _listed(user: User) -> QuerySet[Task]:
    """The person's listed chats, each with its agent and the states that its row shows."""
    tasks = with_state(tasks_of(user)).filter(is_temporary=False).select_related("agent")
    return tasks.defer(
        "state", "parameters", "choices", "agent__description", "agent__starters", "agent__declared"
    )


def _pinned(user: User) -> QuerySet[Task]:
    rows = _listed(user).filter(pinned_at__isnull=False, archived_at=None, folder=None)
    return rows.order_by("-updated_at", "-pk")[:PINNED]


def _unpinned(user: User, which: ListFilter) -> QuerySet[Task]:
    tasks = which.apply(_listed(user)).order_by("-updated_at", "-pk")
    return tasks.filter(pinned_at=None, folder=None) if which.is_plain else tasks


def _folders(user: User) -> QuerySet[Folder]:
    inside = Q(tasks__delete_at=None, tasks__archived_at=None, tasks__is_temporary=False)
    return Folder.objects.filter(owner=user).annotate(count=Count("tasks", filter=inside))


def _after(task: Task) -> str:
    moment: datetime = task.updated_at
    return f"{moment.isoformat()}~{task.pk}"
