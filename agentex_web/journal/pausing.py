"""Pauses chats and resumes them."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.sent import UNDELIVERED_AFTER
from agentex_web.streams.events import BranchChanged
from agentex_web.waits.models import Pause


def set_paused(
    task_id: uuid.UUID, paused: bool, person: User, deliver_in: timedelta = UNDELIVERED_AFTER
) -> Change[bool]:
    """Pauses or resumes a chat; the caller signals the workflow after the commit. False if nothing changed.

    Args:
        deliver_in: delay after which the outbox signals the workflow.
    """
    if Pause.objects.filter(task_id=task_id, paused=True).exists() == paused:
        return Change(task_id, 0, False)
    with change(task_id) as written:
        values = {"paused": paused, "person": person, "deliver_at": timezone.now() + deliver_in}
        Pause.objects.update_or_create(task_id=task_id, defaults=values)
        written.add(BranchChanged())
    return written.with_result(True)


def pause_many(task_ids: Sequence[uuid.UUID], paused: bool, person: User) -> int:
    """Pauses or resumes many chats; returns the number of changed ones.

    The outbox signals their workflows, and open pages notice the new version.
    """
    return sum(set_paused(each, paused, person, timedelta()).result for each in task_ids)
