"""The task itself: its title and its end."""

import uuid

from django.utils.text import Truncator

from agentex_web.journal.change import Change, change
from agentex_web.streams.events import BranchChanged
from agentex_web.tasks.models import Task

TITLE_LENGTH = 200


def change_task(task_id: uuid.UUID, title: str, status: str) -> Change[None]:
    """Renames a task, or ends it: one that has ended takes no more messages. Empty leaves it as it is."""
    changes = {}
    if title:
        changes["title"] = Truncator(" ".join(title.split())).chars(TITLE_LENGTH)
    if status:
        changes["status"] = Task.Status(status)
    with change(task_id) as written:
        Task.objects.filter(pk=task_id).update(**changes)
        # Pages show both in places that no event names.
        written.add(BranchChanged())
    return written
