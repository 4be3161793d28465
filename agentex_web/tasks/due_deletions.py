"""Deletes chats that are due: their owner deleted them and did not undo it, or they were temporary."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from agentex_web.tasks import deletions
from agentex_web.tasks.models import Task, Turn

BATCH = 50


def delete_due() -> int:
    """Deletes the chats that are due, each in its own transaction; returns their number."""
    now = timezone.now()
    deleted = list(Task.objects.filter(delete_at__lte=now).values_list("pk", flat=True)[:BATCH])
    before = now - timedelta(hours=settings.AGENTEX_TEMPORARY_HOURS)
    at_work = Turn.objects.filter(task=OuterRef("pk"), status__in=Turn.OPEN)
    old = Task.objects.filter(~Exists(at_work), is_temporary=True, updated_at__lt=before)
    for task_id in deleted:
        deletions.empty(task_id)
    return sum(map(_delete, [*deleted, *old.values_list("pk", flat=True)[:BATCH]]))


def _delete(task_id: uuid.UUID) -> int:
    with transaction.atomic():
        # Read again and locked: the owner may have undone the deletion a moment ago.
        task = Task.objects.select_for_update().filter(pk=task_id).first()
        if task is None or not (task.is_temporary or (task.delete_at and task.delete_at <= timezone.now())):
            return 0
        task.delete()
    return 1
