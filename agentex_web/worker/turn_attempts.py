"""What a turn says while a call of it failed and the next attempt is to come.

Each function writes the row and returns the event that tells of it, for the caller to publish.
"""

from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.streams.events import TurnChanged
from agentex_web.tasks import progress
from agentex_web.tasks.threads import in_database


async def began(turn: str) -> TurnChanged:
    """The running activity is another attempt of what failed before."""
    attempt = activity.info().attempt
    reason = await in_database(progress.attempt_began, turn, attempt)
    return TurnChanged(turn, "running", attempt, reason)


async def failed(turn: str, reason: str, delay: timedelta | None) -> TurnChanged:
    """The running attempt failed, and another one follows, after ``delay`` if that was asked for."""
    info = activity.info()
    following, retry_at = info.attempt + 1, datetime.now(UTC) + (delay or backoff())
    await in_database(progress.attempt_failed, turn, following, reason, retry_at, info.activity_id)
    return TurnChanged(turn, "running", following, reason, retry_at.isoformat())


async def over(turn: str) -> TurnChanged:
    """The running attempt ended well: the turn goes on as if none had failed."""
    await in_database(progress.attempt_over, turn)
    return TurnChanged(turn, "running")


def is_last(error: Exception, delay: timedelta | None = None) -> bool:
    """Whether Temporal makes no attempt after the running one, which failed with ``error``.

    ``delay`` is what was asked for before the next one.
    """
    info, kind = activity.info(), type(error).__name__
    if isinstance(error, ApplicationError):
        if error.non_retryable:
            return True
        kind = error.type or ""
    policy, whole = info.retry_policy, info.schedule_to_close_timeout
    if policy is not None and (
        0 < policy.maximum_attempts <= info.attempt or kind in (policy.non_retryable_error_types or ())
    ):
        return True
    return whole is not None and datetime.now(UTC) + (delay or backoff()) > info.scheduled_time + whole


def backoff() -> timedelta:
    """How long Temporal waits before the attempt after the running one."""
    info = activity.info()
    policy = info.retry_policy
    if policy is None:
        return timedelta(seconds=1)
    delay = policy.initial_interval * policy.backoff_coefficient ** (info.attempt - 1)
    return min(delay, policy.maximum_interval or delay)
