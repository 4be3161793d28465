"""The codes with which the server closes a page's socket, and whether a task's socket may stay open."""

import uuid

from agentex_web.chat.access import still_signed_in
from agentex_web.tasks.permissions import may_read_messages
from agentex_web.waits.queries import asked_of

LOG_IN = 4401
NO_ACCESS = 4403
NOT_FOUND = 4404
TOO_MANY = 4429
FAILED = 4500
"""The page reconnects from its cursor."""


def refusal_of(session_key: str, task_id: uuid.UUID, *, is_owner: bool) -> int:
    """The code to close a task's socket with; 0 if it may stay open.

    Args:
        is_owner: the session's person owns the task.
    """
    user = still_signed_in(session_key)
    if not user.is_authenticated:
        return LOG_IN
    readable = is_owner or may_read_messages(user) or asked_of(user).filter(task=task_id).exists()
    return 0 if readable else NO_ACCESS
