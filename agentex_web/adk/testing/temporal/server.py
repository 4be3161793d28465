"""The server: runs workflows, hands tasks to the worker, and knows when nothing is left to do.

waiting.py lets its time pass.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from collections.abc import Sequence

from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto import ActivityTaskCompletion
from temporalio.bridge.proto.activity_task import ActivityTask
from temporalio.bridge.proto.workflow_activation import (
    InitializeWorkflow,
    RemoveFromCache,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import DataConverter

from agentex_web.adk.testing.errors import NothingHappens
from agentex_web.adk.testing.temporal.activity import ActivityExecution
from agentex_web.adk.testing.temporal.clock import Clock, timestamp
from agentex_web.adk.testing.temporal.commands import carry_out, closes
from agentex_web.adk.testing.temporal.replay import (
    Difference,
    first_difference,
    replayed,
    without_refused_updates,
)
from agentex_web.adk.testing.temporal.run import Parent, Step, WorkflowRun, job
from agentex_web.adk.testing.temporal.runs import Runs
from agentex_web.adk.testing.waits import WaitsForTest
from agentex_web.turns.options import WORKFLOW_TASK


class InMemoryServer(Runs):
    """A Temporal server with one worker, in this process.

    Attributes:
        clock: the server's time, which only advances when a test advances it, or waits.
    """

    namespace = "in-memory"

    def __init__(self, data_converter: DataConverter, waits: WaitsForTest | None = None) -> None:
        super().__init__()
        self.clock = Clock()
        self.activations: asyncio.Queue[WorkflowActivation | None] = asyncio.Queue()
        self.activity_tasks: asyncio.Queue[ActivityTask | None] = asyncio.Queue()
        self.converter = data_converter
        self._running: dict[bytes, ActivityExecution] = {}
        self._answers: dict[str, asyncio.Future[WorkflowActivationCompletion]] = {}
        self._event_numbers = itertools.count(1)
        self._change = asyncio.Event()
        self._waits = waits or WaitsForTest()
        self._waits.listen(self.changed)

    def next_event_number(self) -> int:
        """The number of a signal's event in the history, by which the SDK groups the signal's effects."""
        return next(self._event_numbers)

    # Running workflows.

    def start_run(self, start: InitializeWorkflow, parent: Parent | None = None) -> WorkflowRun:
        """Starts a run of the workflow that ``start`` names, and fills in the other fields of ``start``."""
        run_id = str(uuid.uuid4())
        start.randomness_seed = random.getrandbits(63)
        start.attempt = 1
        start.first_execution_run_id = start.first_execution_run_id or run_id
        start.start_time.CopyFrom(timestamp(self.clock.now))
        start.workflow_task_timeout.FromTimedelta(WORKFLOW_TASK)
        if parent is not None:
            start.parent_workflow_info.namespace = self.namespace
            start.parent_workflow_info.workflow_id = parent.run.workflow_id
            start.parent_workflow_info.run_id = parent.run.run_id
        run = WorkflowRun(run_id, start, parent)
        self.keep(run)
        self.add_job(run, job(initialize_workflow=start))
        return run

    def add_job(self, run: WorkflowRun, added: WorkflowActivationJob) -> None:
        """Adds a job for the workflow. Jobs that arrive while it is busy share one workflow task."""
        if not run.is_open:
            return
        run.jobs.append(added)
        if run.advancing is None and run.task_failure is None:
            run.advancing = asyncio.ensure_future(self._advance(run))
        self.changed()

    async def _advance(self, run: WorkflowRun) -> None:
        try:
            async with run.one_at_a_time:
                while run.jobs and run.is_open and run.task_failure is None:
                    await self._workflow_task(run)
        except Exception as error:  # noqa: BLE001  (raised by those who wait for the server)
            self._waits.give_up(error)
        finally:
            run.advancing = None
            self.changed()

    async def _workflow_task(self, run: WorkflowRun) -> None:
        await self.load(run)
        activation = self.activation(run, run.take_jobs())
        recorded = WorkflowActivation()
        recorded.CopyFrom(activation)
        completion = await self.exchange(activation)
        run.in_memory = True
        if completion.HasField("failed"):
            run.task_failure = completion.failed.failure
            return
        commands = list(completion.successful.commands)
        if run.jobs and any(closes(each) for each in commands):
            # A server refuses to close a workflow that has new jobs, and repeats the task with these jobs.
            run.jobs = [*recorded.jobs, *run.jobs]
            await self._evict(run)
            return
        run.flags.update(completion.successful.used_internal_flags)
        step = without_refused_updates(Step(recorded, commands))
        if step.activation.jobs:
            run.steps.append(step)
        for command in commands:
            carry_out(self, run, command)

    def activation(self, run: WorkflowRun, jobs: Sequence[WorkflowActivationJob]) -> WorkflowActivation:
        return WorkflowActivation(
            run_id=run.run_id,
            timestamp=timestamp(self.clock.now),
            history_length=sum(len(step.activation.jobs) + len(step.commands) for step in run.steps),
            available_internal_flags=sorted(run.flags),
            continue_as_new_suggested=run.continue_as_new_suggested,
            jobs=jobs,
        )

    async def exchange(self, activation: WorkflowActivation) -> WorkflowActivationCompletion:
        answer: asyncio.Future[WorkflowActivationCompletion] = asyncio.get_running_loop().create_future()
        self._answers[activation.run_id] = answer
        self.activations.put_nowait(activation)
        return await answer

    # Crashes and replays.

    async def load(self, run: WorkflowRun) -> None:
        if run.steps and not run.in_memory:
            await self._replay(run)

    async def _replay(self, run: WorkflowRun) -> Difference | None:
        found: Difference | None = None
        for number, step in enumerate(run.steps):
            completion = await self.exchange(replayed(step, run.flags))
            run.in_memory = True
            if found is None:
                found = first_difference(number, step, completion)
        return found

    async def _evict(self, run: WorkflowRun) -> None:
        if run.in_memory:
            remove = job(remove_from_cache=RemoveFromCache(message="Forgotten"))
            await self.exchange(WorkflowActivation(run_id=run.run_id, jobs=[remove]))
            run.in_memory = False

    async def forget(self) -> None:
        """Drops every workflow from the worker's memory, like a crash. The next jobs replay them."""
        for run in list(self.runs.values()):
            async with run.one_at_a_time:
                await self._evict(run)

    async def check_replay(self) -> list[Difference]:
        """Drops and replays every workflow that is in memory; returns the differences."""
        found = []
        for run in list(self.runs.values()):
            async with run.one_at_a_time:
                if run.in_memory and run.task_failure is None:
                    await self._evict(run)
                    if (difference := await self._replay(run)) is not None:
                        found.append(difference)
                    if not run.is_open:
                        await self._evict(run)
        return found

    # Called by the worker's bridge.

    def workflow_task_completed(self, completion: WorkflowActivationCompletion) -> None:
        self._answers.pop(completion.run_id).set_result(completion)

    def activity_task_completed(self, completion: ActivityTaskCompletion) -> None:
        execution = self._running.get(completion.task_token)
        if execution is None or completion.result.HasField("will_complete_async"):
            return
        try:
            execution.ended(completion.result)
        finally:
            self.changed()

    def give_activity_task(self, execution: ActivityExecution, task: ActivityTask) -> None:
        if task.HasField("start"):
            self._running[task.task_token] = execution
        else:
            self._waits.cancelled(task.task_token)
        self.activity_tasks.put_nowait(task)

    def forget_token(self, token: bytes) -> None:
        self._running.pop(token, None)

    def give_up(self, reason: str) -> None:
        """Makes those who wait for the server raise ``NothingHappens`` with this reason."""
        self._waits.give_up(NothingHappens(reason))

    def error_of(self, failure: Failure) -> BaseException:
        """Converts a failure to its exception."""
        return self.converter.failure_converter.from_failure(failure, self.converter.payload_converter)

    async def close(self) -> None:
        """Ends everything, so that the worker can shut down."""
        for execution in list(self._running.values()):
            execution.shut_down()
        for run in self.runs.values():
            run.jobs.clear()
        await self.forget()
        self.activations.put_nowait(None)
        self.activity_tasks.put_nowait(None)

    # Activity of the server, for those who wait for it.

    def changed(self) -> None:
        """Wakes those who wait for the server."""
        self._change.set()

    @property
    def activities_under_way(self) -> list[str]:
        """The types of the activities that are running."""
        return [each.command.activity_type for each in self._running.values()]

    @property
    def is_idle(self) -> bool:
        """True if nothing more can happen before time passes or the test acts."""
        busy = any(run.is_busy for run in self.runs.values())
        return not busy and all(self._waits.is_held(token) for token in self._running)
