"""When Temporal makes the next attempt of an activity, however many came before."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from agentex_web.turns.attempts import LONGEST, backoff, is_last


def environment(policy: RetryPolicy, attempt: int, whole: timedelta | None = None) -> ActivityEnvironment:
    found = ActivityEnvironment()
    found.info = replace(
        found.info, attempt=attempt, retry_policy=policy, schedule_to_close_timeout=whole,
        scheduled_time=datetime.now(UTC),
    )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("attempt", "most", "delay"),
    [
        (1, None, timedelta(seconds=1)),
        (4, None, timedelta(seconds=8)),
        (4, timedelta(seconds=5), timedelta(seconds=5)),
        (10_000, timedelta(seconds=100), timedelta(seconds=100)),
        (10_000, None, LONGEST),
    ],
)
def test_the_delay_grows_up_to_its_maximum(attempt: int, most: timedelta | None, delay: timedelta) -> None:
    policy = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=most)

    async def asked() -> timedelta:
        return backoff()

    assert asyncio.run(environment(policy, attempt).run(asked)) == delay


@pytest.mark.parametrize(
    ("error", "attempt", "whole", "last"),
    [
        (ValueError(), 1, None, False),
        (ValueError(), 3, None, True),
        (KeyError(), 1, None, True),
        (ExceptionGroup("", [KeyError()]), 1, None, True),
        (ApplicationError("", type="KeyError"), 1, None, True),
        (ApplicationError("", non_retryable=True), 1, None, True),
        (ValueError(), 1, timedelta(seconds=0.5), True),
        (ValueError(), 1, timedelta(seconds=60), False),
    ],
)
def test_the_last_attempt_is_known(
    error: Exception, attempt: int, whole: timedelta | None, last: bool
) -> None:
    policy = RetryPolicy(maximum_attempts=3, non_retryable_error_types=["KeyError"])

    async def asked() -> bool:
        return is_last(error)

    assert asyncio.run(environment(policy, attempt, whole).run(asked)) is last
