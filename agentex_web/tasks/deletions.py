"""What is left to remove of deleted tasks. A worker does it, as Temporal or Redis may be unavailable now."""

import math
import time
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from agentex_web.tasks.models import Deletion, LargePayload, Message, Task, Turn

BATCH = 200
"""Messages that one transaction deletes."""


@receiver(pre_delete, sender=Task)
def remember(instance: Task, **_: Any) -> None:
    """Runs in the transaction that deletes the task, whatever deletes it."""
    turns = instance.turns.filter(status__in=Turn.OPEN).values_list("pk", flat=True)
    Deletion.objects.update_or_create(task_id=instance.pk, defaults={"turns": [str(turn) for turn in turns]})


def empty(task_id: uuid.UUID, end: float = math.inf) -> bool:
    """Deletes most messages of a long chat that is about to be deleted and can no longer be restored.

    With SQLite, everybody's writes wait for a transaction, and what costs most are the entries in the index.
    A chat whose turns still run is left as it is.

    Args:
        end: when to stop, by the monotonic clock.

    Returns:
        False if it was stopped.
    """
    if Turn.objects.filter(task=task_id, status__in=Turn.OPEN).exists():
        return True
    rows = Message.objects.filter(turn__task=task_id).order_by()
    while len(ids := list(rows.values_list("pk", flat=True)[:BATCH])) == BATCH:
        if time.monotonic() > end:
            return False
        with transaction.atomic():
            Message.objects.filter(pk__in=ids).delete()
    return True


def waiting(limit: int) -> list[Deletion]:
    """Unfinished deletions, those with open turns first: their models still answer.

    The choice is random, so that some that fail do not hold up the others.
    """
    rows = Deletion.objects.order_by("?")
    return [*rows.exclude(turns=[])[:limit], *rows.filter(turns=[])[:limit]]


def finish(task_id: uuid.UUID) -> None:
    """Marks the deletion as complete."""
    Deletion.objects.filter(pk=task_id).delete()


def remove_payloads(workflow_ids: list[str]) -> int:
    """Removes the large payloads of these workflows and of their children; returns their number."""
    theirs = Q(workflow__in=workflow_ids) | Q(root__in=workflow_ids)
    return LargePayload.objects.filter(theirs).delete()[0]
