"""Decides when an activity is retried, by its retry policy and Temporal's defaults."""

from datetime import timedelta

from temporalio.api.common.v1 import RetryPolicy
from temporalio.api.failure.v1 import Failure

INITIAL_INTERVAL = timedelta(seconds=1)
BACKOFF_COEFFICIENT = 2.0
LONGEST_INTERVAL = 100
"""As a multiple of the initial interval. The source of all three defaults is
https://docs.temporal.io/encyclopedia/retry-policies#default-values."""


def delay_before_next(policy: RetryPolicy, attempt: int, failure: Failure) -> timedelta | None:
    """The delay after ``attempt`` (from 1) has failed; None if no other attempt follows."""
    if policy.maximum_attempts and attempt >= policy.maximum_attempts:
        return None
    if failure.HasField("application_failure_info"):
        info = failure.application_failure_info
        if info.non_retryable or info.type in policy.non_retryable_error_types:
            return None
        if info.HasField("next_retry_delay"):
            return info.next_retry_delay.ToTimedelta()
    first = policy.initial_interval.ToTimedelta() or INITIAL_INTERVAL
    longest = policy.maximum_interval.ToTimedelta() or first * LONGEST_INTERVAL
    coefficient = policy.backoff_coefficient or BACKOFF_COEFFICIENT
    # The exponent is limited: powers of two exceed the range of a float at 1,024, and of a timedelta earlier.
    grown = first.total_seconds() * coefficient ** min(attempt - 1, 60)
    return timedelta(seconds=min(grown, longest.total_seconds()))
