"""How a person arranges their chats: pinned, archived, in a folder, seen; or deleted, with time to undo.

The page of a chat shows none of this, so the version is not raised. The caller reports the rows of the list.
"""

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any, Literal

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from agentex_web.tasks.models import Folder, Task

Arrangement = Literal["pin", "unpin", "archive", "unarchive", "delete", "restore", "move", "seen"]


class ChatMissing(Exception):
    """One of the chats, or the folder, does not exist or belongs to someone else; nothing was changed."""


def arrange(
    owner_id: int, ids: Collection[uuid.UUID], action: Arrangement, folder: Folder | None = None
) -> None:
    """Arranges chats in their owner's list. Repeating it changes nothing more.

    Args:
        ids: ids of the owner's chats; for ``restore``, chats that are gone already are ignored.
        folder: for ``move``; None removes the chats from their folders.

    Raises:
        ChatMissing: one of the chats does not exist.
    """
    chats = Task.objects.filter(owner_id=owner_id, pk__in=ids)
    if action == "restore":
        # Chats that a worker has deleted by now are gone; the caller sees that they did not come back.
        if not chats.filter(delete_at__gt=timezone.now()).update(delete_at=None):
            raise ChatMissing
        return
    chats = chats.filter(delete_at=None)
    if chats.count() != len(set(ids)):
        raise ChatMissing
    _change(chats, action, folder)


def _change(chats: QuerySet[Task], action: Arrangement, folder: Folder | None) -> None:
    now = timezone.now()
    # update() does not touch updated_at, by which the list is sorted.
    fields: dict[Arrangement, dict[str, Any]] = {
        "pin": {"pinned_at": now},
        "unpin": {"pinned_at": None},
        "archive": {"archived_at": now, "pinned_at": None},
        "unarchive": {"archived_at": None},
        "delete": {"delete_at": now + timedelta(seconds=settings.AGENTEX_UNDO_SECONDS)},
        "move": {"folder": folder},
        "seen": {"seen_at": now},
    }
    chats.update(**fields[action])


def deleted_lately(owner_id: int) -> list[Task]:
    """The person's chats whose deletion can still be undone, latest first."""
    chats = Task.objects.filter(owner_id=owner_id, delete_at__gt=timezone.now())
    return list(chats.order_by("-delete_at")[:UNDOABLE])


UNDOABLE = 500
"""Limit on the deleted chats that a person can restore."""
