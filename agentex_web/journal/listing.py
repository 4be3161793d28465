"""How a person arranges their chats: pinned, archived, in a folder, seen; and deleted, with time to undo it.

No page of a chat shows any of this, so no version is raised; the caller has the rows of the list sent again.
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
    """One of the chats, or the folder, is not there or somebody else's: nothing was changed."""


def arrange(
    owner_id: int, ids: Collection[uuid.UUID], action: Arrangement, folder: Folder | None = None
) -> None:
    """Changes where chats stand in their owner's list. Repeating it changes nothing more.

    Args:
        ids: all of them are the owner's; of ``restore``, those that are still there.
        folder: of ``move``; None takes them out of their folders.

    Raises:
        ChatMissing: one of the chats is not there.
    """
    chats = Task.objects.filter(owner_id=owner_id, pk__in=ids)
    if action == "restore":
        # What a worker has deleted by now is gone, and the caller sees that it did not come back.
        if not chats.filter(delete_at__gt=timezone.now()).update(delete_at=None):
            raise ChatMissing
        return
    chats = chats.filter(delete_at=None)
    if chats.count() != len(set(ids)):
        raise ChatMissing
    _change(chats, action, folder)


def _change(chats: QuerySet[Task], action: Arrangement, folder: Folder | None) -> None:
    now = timezone.now()
    # update() leaves updated_at alone, by which the list is sorted.
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
    """The person's chats whose deletion can still be undone, the latest first."""
    chats = Task.objects.filter(owner_id=owner_id, delete_at__gt=timezone.now())
    return list(chats.order_by("-delete_at")[:UNDOABLE])


UNDOABLE = 500
"""Chats that a person deletes at once, at most."""
