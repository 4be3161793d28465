"""Deletes chats that are due: their owner deleted them and did not undo it, or they were temporary."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from agentex_web.tasks import deletions
from agentex_web.tasks.models import Task, Turn

BATCH = 50


def delete_due() -> int:
    """Deletes the chats that are due, each in its own transaction; returns their number."""
    now = timezone.now()
    at_work = Turn.objects.filter(task=OuterRef("pk"), status__in=Turn.OPEN)
    before = now - timedelta(hours=settings.AGENTEX_TEMPORARY_HOURS)
    deleted = Task.objects.filter(delete_at__lte=now)
    expired = Task.objects.filter(~Exists(at_work), is_temporary=True, updated_at__lt=before)
    count = 0
    for task_id in deleted.values_list("pk", flat=True)[:BATCH]:
        # It can no longer be restored (journal/listing.py).
        deletions.empty(task_id)
        count += _delete(task_id, deleted)
    for task_id in expired.values_list("pk", flat=True)[:BATCH]:
        count += _delete(task_id, expired)
    return count


def _delete(task_id: uuid.UUID, due: QuerySet[Task]) -> int:
    with transaction.atomic():
        # Read again and locked: a message may have come a moment ago.
        task = due.select_for_update().filter(pk=task_id).first()
        if task is None:
            return 0
        task.delete()
    return 1
