"""The attempts that Temporal makes of the running activity: whether another one follows, and when."""

from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.exception_groups import without_groups

LONGEST = timedelta(days=365)
"""For a retry policy without a maximum interval. Temporal's server sets one."""


def next_attempt(delay: timedelta | None = None, now: datetime | None = None) -> datetime:
    """When Temporal makes the next attempt.

    Args:
        delay: the delay that the error asked for; None if it asked for none.
        now: by default the present time.
    """
    return (now or datetime.now(UTC)) + (delay or backoff())


def is_last(error: Exception, delay: timedelta | None = None, now: datetime | None = None) -> bool:
    """True if Temporal makes no further attempt after the running one, which failed with ``error``.

    Args:
        delay, now: as for ``next_attempt``.
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
    return whole is not None and next_attempt(delay, now) > info.scheduled_time + whole


def backoff() -> timedelta:
    """How long Temporal waits between the running attempt and the next one."""
    info = activity.info()
    policy = info.retry_policy
    if policy is None:
        return timedelta(seconds=1)
    longest = policy.maximum_interval or LONGEST
    try:
        return min(policy.initial_interval * policy.backoff_coefficient ** (info.attempt - 1), longest)
    except OverflowError:
        # A delay that doubles each time no longer fits into a timedelta after 47 attempts.
        return longest
