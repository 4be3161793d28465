"""One run of a workflow: what it was given, what it answered, and what it waits for."""

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
    """One workflow task: what the worker was given, and the commands that it answered with."""

    activation: WorkflowActivation
    commands: list[WorkflowCommand]


@dataclass(frozen=True)
class Parent:
    """The run that started a child workflow, and the command with which it did."""

    run: "WorkflowRun"
    command: StartChildWorkflowExecution


@dataclass
class WorkflowRun:
    """A workflow's run, as a server keeps it.

    Attributes:
        jobs: what the workflow has not been given yet.
        steps: its history.
        in_memory: the worker holds an instance of it.
        task_failure: why its last workflow task failed; a real server would repeat that task for ever.
        result: of a completed run.
        failure: of a failed one.
        continue_as_new_suggested: what ``workflow.info().is_continue_as_new_suggested()`` says.
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
    """By whether it is local, and its sequence number among those."""
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
        """True while the worker works at it or has something to do for it."""
        return self.is_open and self.task_failure is None and (self.advancing is not None or bool(self.jobs))

    def take_jobs(self) -> list[WorkflowActivationJob]:
        """Takes the jobs for the next workflow task."""
        taken, self.jobs = self.jobs, []
        return taken


def job(**variant: object) -> WorkflowActivationJob:
    """An activation's job of the one kind that is given by name."""
    return WorkflowActivationJob(**variant)  # type: ignore[arg-type]


def commands_of(steps: Iterable[Step], kind: str) -> list[WorkflowCommand]:
    """The commands of one kind, by the name of their field in ``WorkflowCommand``."""
    return [command for step in steps for command in step.commands if command.WhichOneof("variant") == kind]
