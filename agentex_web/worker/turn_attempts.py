"""Records the attempts of a turn's calls: failed and scheduled again, started again, or succeeded."""

import uuid
from datetime import datetime

from temporalio import activity

from agentex_web.journal import attempts
from agentex_web.journal.change import Change
from agentex_web.turns.activity_context import ActivityContext


def began(context: ActivityContext, attempt: int) -> Change[None]:
    """Records that the running activity is another attempt after a failure."""
    return attempts.began(*_ids(context), attempt)


def failed(context: ActivityContext, reason: str, info: activity.Info, retry_at: datetime) -> Change[None]:
    """Records that the running attempt failed and that another one follows."""
    return attempts.failed(*_ids(context), info.attempt + 1, reason, retry_at, info.activity_id)


def succeeded(context: ActivityContext) -> Change[None]:
    """Records that the running attempt succeeded, which clears the turn's error."""
    return attempts.succeeded(*_ids(context))


def _ids(context: ActivityContext) -> tuple[uuid.UUID, uuid.UUID]:
    return uuid.UUID(context.task_id), uuid.UUID(context.turn_id)
