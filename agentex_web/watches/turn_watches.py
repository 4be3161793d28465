"""The workflows that wait for the end of a turn."""

import uuid
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from agentex_web.tasks.models import Turn
from agentex_web.watches.models import TurnWatch

BATCH = 100
LONGEST_PAUSE = timedelta(minutes=5)


def watch(turn_id: uuid.UUID, workflow_id: str) -> None:
    """Registers that the workflow is told when the turn has ended. Idempotent."""
    TurnWatch.objects.get_or_create(turn_id=turn_id, workflow_id=workflow_id)


def due(turn_id: uuid.UUID | None = None) -> list[TurnWatch]:
    """The watches whose turn has ended or was deleted.

    Args:
        turn_id: limits it to this turn, even if the next attempt is not due yet.
    """
    still_open = Turn.objects.filter(pk=OuterRef("turn_id"), status__in=Turn.OPEN)
    rows = TurnWatch.objects.filter(~Exists(still_open))
    rows = rows.filter(tell_at__lte=timezone.now()) if turn_id is None else rows.filter(turn_id=turn_id)
    return list(rows.order_by("tell_at")[:BATCH])


def delete(row: TurnWatch) -> None:
    """Deletes the watch: its workflow was told, or is no longer running."""
    TurnWatch.objects.filter(pk=row.pk).delete()


def postpone(row: TurnWatch) -> None:
    """Schedules the next attempt after a failure. The pause doubles up to ``LONGEST_PAUSE``."""
    pause = min(timedelta(seconds=2 ** min(row.attempts, 10)), LONGEST_PAUSE)
    TurnWatch.objects.filter(pk=row.pk).update(tell_at=timezone.now() + pause, attempts=F("attempts") + 1)
