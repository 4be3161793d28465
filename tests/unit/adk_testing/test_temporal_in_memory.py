"""The in-memory Temporal: timers, retries, signals, child workflows and replay."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.converter import DataConverter
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    ChildWorkflowError,
    TimeoutError,
)

from agentex_web.adk.testing import NothingHappens, WorkflowTaskFailed
from agentex_web.adk.testing.temporal.bridge import InMemoryBridge
from agentex_web.adk.testing.temporal.client import InMemoryTemporal
from agentex_web.adk.testing.temporal.run import RunStatus, WorkflowRun
from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.compat.temporal_in_memory import in_memory_client, in_memory_worker

attempts: list[int] = []
LIMIT = timedelta(seconds=10)


@asynccontextmanager
async def temporal(
    *workflows: type, activities: tuple[Callable[..., Any], ...] = ()
) -> AsyncIterator[InMemoryTemporal]:
    attempts.clear()
    client = in_memory_client(InMemoryTemporal.namespace)
    server = InMemoryTemporal(client.data_converter)
    worker = in_memory_worker(
        client,
        InMemoryBridge(server),
        task_queue="queue",
        workflows=workflows,
        activities=activities or [greet],
    )
    async with worker:
        try:
            yield server
        finally:
            await server.close()


async def result_of(server: InMemoryTemporal, of: type, *arguments: object) -> Any:
    run = await server.start(workflow_name(of), "workflow", *arguments)
    await server.until(lambda: not run.is_open)
    return value_of(run)


def value_of(run: WorkflowRun) -> Any:
    assert run.result is not None, run.status
    return DataConverter.default.payload_converter.from_payload(run.result)


@activity.defn
async def greet(name: str) -> str:
    return f"Hello {name}"


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
class Sleeper:
    @workflow.run
    async def run(self) -> str:
        began = workflow.now()
        await workflow.sleep(timedelta(weeks=3))
        return str(workflow.now() - began)


async def test_weeks_pass_at_once() -> None:
    async with temporal(Sleeper) as server:
        assert await result_of(server, Sleeper) == "21 days, 0:00:00"


async def test_time_passes_only_as_far_as_a_test_says() -> None:
    async with temporal(Sleeper) as server:
        run = await server.start("Sleeper", "workflow")
        await server.pass_time(timedelta(weeks=2))
        assert run.is_open
        await server.pass_time(timedelta(weeks=2))
        assert not run.is_open


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


@workflow.defn(sandboxed=False)
class Mailbox:
    def __init__(self) -> None:
        self.letters: list[str] = []

    @workflow.run
    async def run(self, wanted: int) -> list[str]:
        await workflow.wait_condition(lambda: len(self.letters) >= wanted)
        return self.letters

    @workflow.signal
    def put(self, letter: str) -> None:
        self.letters.append(letter)

    @workflow.query
    def count(self) -> int:
        return len(self.letters)

    @workflow.update
    async def exchange(self, letter: str) -> str:
        await workflow.sleep(60)
        self.letters.append(letter)
        return f"{letter} for {len(self.letters) - 1}"

    @exchange.validator
    def no_empty_letter(self, letter: str) -> None:
        if not letter:
            raise ValueError("It is empty.")


async def test_signals_start_a_workflow_and_come_in_their_order() -> None:
    async with temporal(Mailbox) as server:
        run = await server.signal_with_start("Mailbox", "workflow", 3, "put", "one")
        for letter in ("two", "three"):
            await server.signal_with_start("Mailbox", "workflow", 3, "put", letter)
        await server.until(lambda: not run.is_open)
        assert value_of(run) == ["one", "two", "three"]
        assert len(server.runs) == 1


async def test_queries_are_answered_and_leave_no_trace() -> None:
    async with temporal(Mailbox) as server:
        run = await server.signal_with_start("Mailbox", "workflow", 3, "put", "one")
        await server.until_idle()
        steps = len(run.steps)
        assert await server.query("workflow", "count") == 1
        await server.forget()
        assert await server.query("workflow", "count") == 1
        assert len(run.steps) == steps
        with pytest.raises(Exception, match="'unknown' expected but not found"):
            await server.query("workflow", "unknown")


async def test_updates_are_awaited_or_refused() -> None:
    async with temporal(Mailbox) as server:
        await server.start("Mailbox", "workflow", 5)
        assert await server.update("workflow", "exchange", "a card") == "a card for 0"
        with pytest.raises(ApplicationError, match="It is empty"):
            await server.update("workflow", "exchange", "")
        assert await server.check_replay() == []


async def test_nobody_is_signalled_who_does_not_run() -> None:
    async with temporal(Mailbox) as server:
        with pytest.raises(LookupError, match="No workflow nobody is running"):
            await server.signal("nobody", "put", "one")


async def test_waiting_for_what_cannot_come_says_so() -> None:
    async with temporal(Mailbox) as server:
        run = await server.start("Mailbox", "workflow", 1)
        with pytest.raises(NothingHappens, match="No workflow, activity or timer is left"):
            await server.until(lambda: not run.is_open)


@workflow.defn(sandboxed=False)
class Child:
    @workflow.run
    async def run(self, what: str) -> str:
        if what == "fail":
            raise ApplicationError("the child failed")
        await workflow.sleep(timedelta(days=1))
        return what


@workflow.defn(sandboxed=False)
class Family:
    @workflow.run
    async def run(self, what: str) -> str:
        try:
            child = await workflow.start_child_workflow("Child", what, id="child")
            if what == "cancel":
                child.cancel()
            return await child
        except ChildWorkflowError as error:
            return f"{type(error.cause).__name__}: {error.cause}"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("work", "work"),
        ("fail", "ApplicationError: the child failed"),
        ("cancel", "CancelledError: Child workflow cancelled"),
    ],
)
async def test_a_child_workflow_returns_fails_or_is_cancelled(what: str, said: str) -> None:
    async with temporal(Family, Child) as server:
        await server.start("Family", "workflow", what)
        await server.until(lambda: server.open_run("workflow") is None)
        assert value_of(server.runs_of("workflow")[-1]) == said
        assert await server.check_replay() == []


@workflow.defn(sandboxed=False)
class Leaving:
    @workflow.run
    async def run(self) -> None:
        await workflow.start_child_workflow("Child", "work", id="child")


async def test_a_child_ends_with_its_parent() -> None:
    async with temporal(Leaving, Child) as server:
        run = await server.start("Leaving", "workflow")
        await server.until(lambda: not run.is_open)
        assert server.runs_of("child")[-1].status is RunStatus.TERMINATED


@workflow.defn(sandboxed=False)
class Calling:
    @workflow.run
    async def run(self) -> None:
        await workflow.get_external_workflow_handle("mailbox").signal("put", "a call")


async def test_a_workflow_signals_another() -> None:
    async with temporal(Calling, Mailbox) as server:
        mailbox = await server.start("Mailbox", "mailbox", 1)
        await server.start("Calling", "workflow")
        await server.until(lambda: not mailbox.is_open)
        assert value_of(mailbox) == ["a call"]


@workflow.defn(sandboxed=False)
class Counting:
    def __init__(self) -> None:
        self.steps = 0

    @workflow.run
    async def run(self, count: int) -> int:
        await workflow.wait_condition(lambda: self.steps > 0)
        if count < 3:
            workflow.continue_as_new(count + 1)
        return count

    @workflow.signal
    def step(self) -> None:
        self.steps += 1


async def test_a_workflow_continues_in_new_runs() -> None:
    async with temporal(Counting) as server:
        await server.start("Counting", "workflow", 1)
        for _ in range(3):
            await server.signal("workflow", "step")
            await server.until_idle()
        runs = server.runs_of("workflow")
        assert [run.status.value for run in runs] == ["continued", "continued", "completed"]
        assert value_of(runs[-1]) == 3
        assert len({run.start.first_execution_run_id for run in runs}) == 1


@workflow.defn(sandboxed=False)
class Ending:
    def __init__(self) -> None:
        self.said: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.execute_local_activity(greet, "x", start_to_close_timeout=LIMIT)
        return self.said

    @workflow.signal
    def say(self, word: str) -> None:
        self.said.append(word)


async def test_a_signal_that_comes_as_a_workflow_ends_is_not_lost() -> None:
    async with temporal(Ending) as server:
        run = await server.start("Ending", "workflow")
        # Wait until the worker has the second and last workflow task.
        while len(run.steps) != 1 or run.activities or run.jobs or not run.advancing:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0)
        await server.signal("workflow", "say", "wait")
        await server.until(lambda: not run.is_open)
        assert value_of(run) == ["wait"]
        assert await server.check_replay() == []


@workflow.defn(sandboxed=False)
class Patched:
    @workflow.run
    async def run(self) -> str:
        new = workflow.patched("since-today")
        await workflow.sleep(1)
        return "new" if new else "old"


async def test_a_patch_is_replayed_as_it_was_decided() -> None:
    async with temporal(Patched) as server:
        assert await result_of(server, Patched) == "new"
        assert await server.check_replay() == []


toss = iter([])


@workflow.defn(sandboxed=False)
class Fickle:
    @workflow.run
    async def run(self) -> None:
        if next(toss):
            await workflow.sleep(1)
        else:
            await workflow.execute_activity(greet, "x", start_to_close_timeout=LIMIT)
        await workflow.wait_condition(lambda: False)


async def test_a_workflow_that_decides_otherwise_is_found() -> None:
    global toss
    toss = iter([True, False])
    async with temporal(Fickle) as server:
        await server.start("Fickle", "workflow")
        await server.until(lambda: server.is_idle)
        (difference,) = await server.check_replay()
    assert "start_timer" in difference.recorded and "schedule_activity" in difference.repeated
    assert "Workflow task 1 is not deterministic" in str(difference)


@workflow.defn(sandboxed=False)
class Broken:
    @workflow.run
    async def run(self) -> None:
        raise ZeroDivisionError("a mistake")


async def test_a_mistake_that_temporal_would_retry_for_ever_fails_the_test() -> None:
    async with temporal(Broken) as server:
        run = await server.start("Broken", "workflow")
        with pytest.raises(WorkflowTaskFailed, match="Broken: .*a mistake"):
            await server.until(lambda: not run.is_open)


@workflow.defn(sandboxed=False)
class Lucky:
    @workflow.run
    async def run(self) -> list[str]:
        first = [str(workflow.uuid4()), str(workflow.random().random()), str(workflow.now())]
        await workflow.sleep(1)
        return first

    @workflow.query
    def run_id(self) -> str:
        return workflow.info().run_id


async def test_ids_chance_and_time_are_the_same_when_replayed() -> None:
    async with temporal(Lucky) as server:
        run = await server.start("Lucky", "workflow")
        await server.until(lambda: not run.is_open)
        assert await server.check_replay() == []
        assert await server.query("workflow", "run_id") == run.run_id
