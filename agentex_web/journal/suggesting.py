"""Stores suggestions after an answer, and shows them on open pages."""

import uuid
from collections.abc import Sequence

from agentex_web.journal.change import Change, change
from agentex_web.streams.events import Suggested
from agentex_web.suggestions.models import Suggestions
from agentex_web.tasks.models import Task


def suggest(task_id: uuid.UUID, turn_id: uuid.UUID, texts: Sequence[str]) -> Change[bool]:
    """Stores a model's suggestions; returns False if the chat has new turns by now, or is gone."""
    try:
        with change(task_id) as written:
            rows = Suggestions.objects.filter(turn_id=turn_id, turn__task__head=turn_id)
            if not rows.update(texts=list(texts)):
                raise _Outdated
            written.add(Suggested(str(turn_id), "\n".join(texts)))
    except (_Outdated, Task.DoesNotExist):
        return Change(task_id, 0, False)
    return written.with_result(True)


class _Outdated(Exception):
    """Rolls back: the turn is no longer the chat's last one."""
