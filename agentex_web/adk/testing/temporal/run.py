"""One run of a workflow: its history, its waiting jobs, and its timers, activities and children."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.workflow_activation import (
    InitializeWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_commands import StartChildWorkflowExecution, WorkflowCommand

from agentex_web.adk.testing.temporal.clock import Alarm

if TYPE_CHECKING:
    from agentex_web.adk.testing.temporal.activity import ActivityExecution


class RunStatus(Enum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"
    CONTINUED = "continued"


@dataclass
class Step:
    """One workflow task: the worker's activation, and the commands that it answered with."""

    activation: WorkflowActivation
    commands: list[WorkflowCommand]


@dataclass(frozen=True)
class Parent:
    """The run that started a child workflow, and its command for that."""

    run: "WorkflowRun"
    command: StartChildWorkflowExecution


@dataclass
class WorkflowRun:
    """The server's state of a workflow run.

    Attributes:
        jobs: jobs that the workflow has not received yet.
        steps: the history.
        in_memory: the worker holds an instance of the workflow.
        task_failure: why the last workflow task failed; a real server would retry that task for ever.
        result: the result of a completed run.
        failure: the failure of a failed run.
        continue_as_new_suggested: the value of ``workflow.info().is_continue_as_new_suggested()``.
    """

    run_id: str
    start: InitializeWorkflow
    parent: Parent | None = None
    status: RunStatus = RunStatus.RUNNING
    jobs: list[WorkflowActivationJob] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    in_memory: bool = False
    task_failure: Failure | None = None
    result: Payload | None = None
    failure: Failure | None = None
    continue_as_new_suggested: bool = False
    flags: set[int] = field(default_factory=set)
    timers: dict[int, Alarm] = field(default_factory=dict)
    activities: dict[tuple[bool, int], "ActivityExecution"] = field(default_factory=dict)
    """By whether the activity is local, and its sequence number among local or other activities."""
    children: dict[int, "WorkflowRun"] = field(default_factory=dict)
    updates: dict[str, "asyncio.Future[Payload]"] = field(default_factory=dict)
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    advancing: "asyncio.Task[None] | None" = None

    @property
    def workflow_id(self) -> str:
        return self.start.workflow_id

    @property
    def workflow_type(self) -> str:
        return self.start.workflow_type

    @property
    def is_open(self) -> bool:
        return self.status is RunStatus.RUNNING

    @property
    def is_busy(self) -> bool:
        """True while the worker processes a workflow task of the run, or jobs wait for one."""
        return self.is_open and self.task_failure is None and (self.advancing is not None or bool(self.jobs))

    def take_jobs(self) -> list[WorkflowActivationJob]:
        """Takes the jobs for the next workflow task."""
        taken, self.jobs = self.jobs, []
        return taken


def job(**variant: object) -> WorkflowActivationJob:
    """An activation job; the name of the keyword argument is its kind."""
    return WorkflowActivationJob(**variant)  # type: ignore[arg-type]


def commands_of(steps: Iterable[Step], kind: str) -> list[WorkflowCommand]:
    """The commands of one kind, by the name of their field in ``WorkflowCommand``."""
    return [command for step in steps for command in step.commands if command.WhichOneof("variant") == kind]
