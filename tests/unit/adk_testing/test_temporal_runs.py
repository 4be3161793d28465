"""The in-memory Temporal: timers, child workflows, new runs and replay."""

from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.exceptions import (
    ApplicationError,
    ChildWorkflowError,
)

from agentex_web.adk.testing import WorkflowTaskFailed
from agentex_web.adk.testing.temporal.run import RunStatus
from tests.unit.adk_testing.in_memory import LIMIT, greet, result_of, temporal, value_of


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
