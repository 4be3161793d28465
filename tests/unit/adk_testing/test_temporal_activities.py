"""The in-memory Temporal: activities, their retries, cancellation and timeouts."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    TimeoutError,
)

from agentex_web.adk.testing import NothingHappens
from agentex_web.adk.testing.temporal.run import RunStatus
from tests.unit.adk_testing.in_memory import LIMIT, attempts, greet, result_of, temporal, value_of


@activity.defn
async def fails_twice(name: str) -> str:
    attempts.append(activity.info().attempt)
    if activity.info().attempt < 3:
        raise ConnectionError("not yet")
    return f"Hello {name}"


@activity.defn
async def fails() -> None:
    attempts.append(activity.info().attempt)
    raise LookupError("there is nothing")


@activity.defn
async def asks_for_time() -> None:
    attempts.append(activity.info().attempt)
    raise ApplicationError("later", next_retry_delay=timedelta(days=2))


@activity.defn
async def until_cancelled() -> str:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        attempts.append(0)
        raise
    return "never"


@workflow.defn(sandboxed=False)
class Greeting:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_activity(greet, name, start_to_close_timeout=LIMIT)


async def test_an_activity_returns_what_it_does() -> None:
    async with temporal(Greeting) as server:
        assert await result_of(server, Greeting, "Ada") == "Hello Ada"
        assert await server.check_replay() == []


@workflow.defn(sandboxed=False)
class Retrying:
    @workflow.run
    async def run(self, local: bool) -> str:
        execute = workflow.execute_local_activity if local else workflow.execute_activity
        began = workflow.now()
        said = await execute(
            fails_twice,
            "Ada",
            start_to_close_timeout=LIMIT,
            retry_policy=RetryPolicy(initial_interval=timedelta(minutes=1), backoff_coefficient=3),
        )
        return f"{said} after {workflow.now() - began}"


@pytest.mark.parametrize("local", [False, True], ids=["an activity", "a local activity"])
async def test_what_fails_is_tried_again_by_its_policy(local: bool) -> None:
    async with temporal(Retrying, activities=(fails_twice,)) as server:
        assert await result_of(server, Retrying, local) == "Hello Ada after 0:04:00"
    assert attempts == [1, 2, 3]


@workflow.defn(sandboxed=False)
class Failing:
    @workflow.run
    async def run(self, attempts: int, refused: list[str], within: float) -> str:
        try:
            await workflow.execute_activity(
                fails,
                start_to_close_timeout=LIMIT,
                schedule_to_close_timeout=timedelta(seconds=within) if within else None,
                retry_policy=RetryPolicy(maximum_attempts=attempts, non_retryable_error_types=refused),
            )
        except ActivityError as error:
            assert isinstance(error.cause, ApplicationError)
            return f"{error.activity_type}: {error.cause.type}: {error.cause.message}"
        return "nothing failed"


@pytest.mark.parametrize(
    ("arguments", "tried"),
    [((3, [], 0), [1, 2, 3]), ((0, ["LookupError"], 0), [1]), ((0, [], 4), [1, 2, 3])],
    ids=["at most three times", "not for this error", "no longer than four seconds"],
)
async def test_the_last_failure_is_the_activitys(arguments: tuple[Any, ...], tried: list[int]) -> None:
    async with temporal(Failing, activities=(fails,)) as server:
        assert await result_of(server, Failing, *arguments) == "fails: LookupError: there is nothing"
    assert attempts == tried


async def test_what_fails_for_ever_is_given_up() -> None:
    async with temporal(Failing, activities=(fails,)) as server:
        with pytest.raises(NothingHappens, match="failed 20 times: there is nothing"):
            await result_of(server, Failing, 0, [], 0)


@workflow.defn(sandboxed=False)
class Patient:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            asks_for_time, start_to_close_timeout=LIMIT, retry_policy=RetryPolicy(maximum_attempts=2)
        )


async def test_an_activity_may_say_when_to_try_again() -> None:
    async with temporal(Patient, activities=(asks_for_time,)) as server:
        began = server.clock.now
        run = await server.start("Patient", "workflow")
        await server.until(lambda: not run.is_open)
        assert server.clock.now - began == timedelta(days=2)
        assert run.status is RunStatus.FAILED


@workflow.defn(sandboxed=False)
class Cancelling:
    @workflow.run
    async def run(self, kind: int) -> str:
        waiting = workflow.start_activity(
            until_cancelled,
            start_to_close_timeout=timedelta(hours=1),
            cancellation_type=workflow.ActivityCancellationType(kind),
        )
        await workflow.sleep(1)
        waiting.cancel()
        try:
            return await waiting
        except ActivityError as error:
            return type(error.cause).__name__


@pytest.mark.parametrize("kind", ["TRY_CANCEL", "WAIT_CANCELLATION_COMPLETED"])
async def test_a_cancelled_activity_hears_of_it(kind: str) -> None:
    async with temporal(Cancelling, activities=(until_cancelled,)) as server:
        number = workflow.ActivityCancellationType[kind].value
        run = await server.start("Cancelling", "workflow", number)
        await server.until(lambda: bool(server.activities_under_way) and not run.is_busy)
        server.clock.ring()
        await server.until(lambda: not run.is_open)
        assert value_of(run) == CancelledError.__name__
        await server.until_idle()
    assert attempts == [0]


@workflow.defn(sandboxed=False)
class Abandoning:
    @workflow.run
    async def run(self) -> str:
        waiting = workflow.start_activity(
            until_cancelled,
            start_to_close_timeout=timedelta(hours=1),
            cancellation_type=workflow.ActivityCancellationType.ABANDON,
        )
        # Ends the workflow task, so that the activity is started.
        await workflow.execute_local_activity(greet, "Ada", start_to_close_timeout=LIMIT)
        waiting.cancel()
        try:
            return await waiting
        except ActivityError as error:
            return type(error.cause).__name__


async def test_an_abandoned_activity_goes_on() -> None:
    async with temporal(Abandoning, activities=(until_cancelled, greet)) as server:
        run = await server.start("Abandoning", "workflow")
        await server.until(lambda: not run.is_open)
        assert value_of(run) == CancelledError.__name__
        assert server.activities_under_way == ["until_cancelled"]


@workflow.defn(sandboxed=False)
class Hurried:
    @workflow.run
    async def run(self) -> str:
        try:
            return await workflow.execute_activity(
                until_cancelled, start_to_close_timeout=LIMIT, retry_policy=RetryPolicy(maximum_attempts=1)
            )
        except ActivityError as error:
            assert isinstance(error.cause, TimeoutError)
            return str(error.cause.type)


async def test_an_activity_that_takes_too_long_times_out() -> None:
    async with temporal(Hurried, activities=(until_cancelled,)) as server:
        run = await server.start("Hurried", "workflow")
        await server.until(lambda: bool(server.activities_under_way))
        server.clock.ring()
        await server.until(lambda: not run.is_open)
        assert value_of(run) == "1"
