"""Reports changed rows of the chat list to a person's open pages. The page that asked gets them at once."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User

from agentex_web.chat.chat_list import list_rows
from agentex_web.journal.record import report_chat
from agentex_web.tasks.threads import in_database

FEW = 20
"""If more chats than this changed, pages load the whole list."""


async def report_chats(owner_id: int, ids: Sequence[uuid.UUID]) -> None:
    """Has the rows of these chats sent to all open pages of the owner."""
    if len(ids) > FEW:
        await report_chat(owner_id)
        return
    for each in ids:
        await report_chat(owner_id, str(each))


async def rows_of(user: User, ids: Sequence[uuid.UUID]) -> dict[str, Any]:
    """The frame that other pages get over their sockets, for the page that made the request."""
    if len(ids) > FEW:
        return {"type": "list"}
    return {"type": "rows", "rows": await in_database(list_rows, user, list(ids))}
