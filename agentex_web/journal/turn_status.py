"""Which status may follow which, and the one statement that changes it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from agentex_web.tasks.models import Turn

Status = Turn.Status

MAY_BECOME: dict[str, tuple[str, ...]] = {
    Status.PENDING: (
        Status.QUEUED,
        Status.RUNNING,
        Status.DONE,
        Status.INTERRUPTED,
        Status.FAILED,
        Status.WITHDRAWN,
    ),
    Status.QUEUED: (
        Status.PENDING,
        Status.RUNNING,
        Status.DONE,
        Status.INTERRUPTED,
        Status.FAILED,
        Status.WITHDRAWN,
    ),
    Status.RUNNING: (Status.DONE, Status.INTERRUPTED, Status.FAILED),
    Status.DONE: (),
    Status.INTERRUPTED: (),
    Status.FAILED: (),
    Status.WITHDRAWN: (),
}
"""The statuses that may follow each status of a row. An ended turn stays ended.

The workflow's own table is in turns/status.py. A row may skip statuses that the workflow went through,
because a write may have been lost. A turn that waits for a workflow that is gone becomes pending again."""

WAITING = (Status.PENDING, Status.QUEUED)


def move(
    task_id: uuid.UUID,
    turn_id: uuid.UUID,
    to: str,
    after: Sequence[str] = Turn.OPEN,
    unless: Q | None = None,
    continued: int | None = None,
    **fields: Any,
) -> bool:
    """Changes the turn's status, if its current status allows it, in one statement.

    Args:
        after: the statuses to change; a turn with any other status stays as it is.
        unless: a condition for its row under which it stays as it is, too.
        continued: the turn's ``continued`` count that the caller works with; a late write with an earlier
            count changes nothing. None matches any count.
    """
    before = [status for status in after if to in MAY_BECOME[status]]
    turn = Turn.objects.filter(pk=turn_id, task_id=task_id, status__in=before)
    if unless is not None:
        turn = turn.exclude(unless)
    if continued is not None:
        turn = turn.filter(continued=continued)
    return bool(turn.update(status=to, **fields))


def current(task_id: uuid.UUID, turn_id: uuid.UUID) -> Turn:
    """Reads the turn from the database.

    Raises:
        Turn.DoesNotExist: the task has no such turn.
    """
    return Turn.objects.get(pk=turn_id, task_id=task_id)
