"""Records the attempts of a turn's calls: failed and scheduled again, started again, or succeeded."""

import uuid
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.exception_groups import without_groups
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


def next_attempt(delay: timedelta | None) -> datetime:
    """When Temporal makes the next attempt; ``delay`` is the delay that the error asked for, if any."""
    return datetime.now(UTC) + (delay or backoff())


def is_last(error: Exception, delay: timedelta | None = None) -> bool:
    """True if Temporal makes no further attempt after the running one, which failed with ``error``.

    ``delay`` is the delay that the error asked for before the next attempt, if any.
    """
    info, kind = activity.info(), type(without_groups(error)).__name__
    if isinstance(error, ApplicationError):
        if error.non_retryable:
            return True
        kind = error.type or ""
    policy, whole = info.retry_policy, info.schedule_to_close_timeout
    if policy is not None and (
        0 < policy.maximum_attempts <= info.attempt or kind in (policy.non_retryable_error_types or ())
    ):
        return True
    return whole is not None and next_attempt(delay) > info.scheduled_time + whole


def backoff() -> timedelta:
    """How long Temporal waits between the running attempt and the next one."""
    info = activity.info()
    policy = info.retry_policy
    if policy is None:
        return timedelta(seconds=1)
    delay = policy.initial_interval * policy.backoff_coefficient ** (info.attempt - 1)
    return min(delay, policy.maximum_interval or delay)
