"""The attempts of a turn's calls: what failed, and when it is tried again."""

import uuid
from datetime import datetime

from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.turn_status import WAITING, current, move
from agentex_web.tasks.models import Turn

WORKER_LOST = "The worker stopped."


def began(task_id: uuid.UUID, turn_id: uuid.UUID, attempt: int) -> Change[None]:
    """Records that a call of the turn is being retried now."""
    with change(task_id, while_open=turn_id) as written:
        turn = current(task_id, turn_id)
        # No reason was recorded if the worker died during the attempt before.
        turn.attempt, turn.error, turn.retry_at = attempt, turn.error or WORKER_LOST, None
        turn.save(update_fields=("attempt", "error", "retry_at"))
        written.add_turn(turn)
    return written


def failed(
    task_id: uuid.UUID, turn_id: uuid.UUID, attempt: int, reason: str, retry_at: datetime, activity: str
) -> Change[None]:
    """Records that a call failed and is retried at ``retry_at``; ``attempt`` is the next attempt's number."""
    with change(task_id, while_open=turn_id) as written:
        # The first call may fail before the turn was marked running.
        move(task_id, turn_id, Turn.Status.RUNNING, WAITING, continued=0, started_at=timezone.now())
        turn = current(task_id, turn_id)
        turn.attempt, turn.error, turn.retry_at, turn.activity = attempt, reason, retry_at, activity
        turn.save(update_fields=("attempt", "error", "retry_at", "activity"))
        written.add_turn(turn)
    return written


def succeeded(task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[None]:
    """Records that the call succeeded after a failure."""
    with change(task_id, while_open=turn_id) as written:
        turn = current(task_id, turn_id)
        turn.error, turn.retry_at = "", None
        turn.save(update_fields=("error", "retry_at"))
        written.add_turn(turn)
    return written
