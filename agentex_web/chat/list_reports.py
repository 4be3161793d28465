"""Tells the open pages of a person that chats stand elsewhere in their list; answers this page at once."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User

from agentex_web.chat.chat_list import list_rows
from agentex_web.journal.record import report_chat
from agentex_web.tasks.threads import in_database

FEW = 20
"""Of more chats, pages ask for the list as a whole."""


async def report_chats(owner_id: int, ids: Sequence[uuid.UUID]) -> None:
    """Has the rows of these chats sent to the owner's open pages."""
    if len(ids) > FEW:
        await report_chat(owner_id)
        return
    for each in ids:
        await report_chat(owner_id, str(each))


async def rows_of(user: User, ids: Sequence[uuid.UUID]) -> dict[str, Any]:
    """What the page that asked shows without waiting for its socket: the frame that the others are sent."""
    if len(ids) > FEW:
        return {"type": "list"}
    return {"type": "rows", "rows": await in_database(list_rows, user, list(ids))}
