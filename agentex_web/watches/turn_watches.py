"""Which workflows wait for the end of a turn."""

import uuid
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from agentex_web.tasks.models import Turn
from agentex_web.watches.models import TurnWatch

BATCH = 100
LONGEST_PAUSE = timedelta(minutes=5)


def watch(turn_id: uuid.UUID, workflow_id: str) -> None:
    """The workflow is told when the turn has ended. Repeating it changes nothing."""
    TurnWatch.objects.get_or_create(turn_id=turn_id, workflow_id=workflow_id)


def due(turn_id: uuid.UUID | None = None) -> list[TurnWatch]:
    """Those whose turn has ended or is gone.

    Args:
        turn_id: of this turn only, whenever it is to be tried next.
    """
    still_open = Turn.objects.filter(pk=OuterRef("turn_id"), status__in=Turn.OPEN)
    rows = TurnWatch.objects.filter(~Exists(still_open))
    rows = rows.filter(tell_at__lte=timezone.now()) if turn_id is None else rows.filter(turn_id=turn_id)
    return list(rows.order_by("tell_at")[:BATCH])


def told(row: TurnWatch) -> None:
    """Its workflow knows, or does not run any more."""
    TurnWatch.objects.filter(pk=row.pk).delete()


def postpone(row: TurnWatch) -> None:
    """It could not be told: it is tried again, ever less often."""
    pause = min(timedelta(seconds=2 ** min(row.attempts, 10)), LONGEST_PAUSE)
    TurnWatch.objects.filter(pk=row.pk).update(tell_at=timezone.now() + pause, attempts=F("attempts") + 1)
