"""Stands in for the Rust core of the SDK's worker, from which the worker polls its tasks."""

from temporalio.bridge.proto import ActivityHeartbeat, ActivityTaskCompletion, NamespaceInfo
from temporalio.bridge.proto.activity_task import ActivityTask
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.bridge.worker import PollShutdownError  # type: ignore[attr-defined]

from agentex_web.adk.testing.temporal.server import InMemoryServer


class InMemoryBridge:
    """Has the methods of ``temporalio.bridge.worker.Worker`` (1.35) that the SDK's worker calls."""

    def __init__(self, server: InMemoryServer) -> None:
        self._server = server

    async def validate(self) -> NamespaceInfo:
        return NamespaceInfo()

    async def poll_workflow_activation(self) -> WorkflowActivation:
        activation = await self._server.activations.get()
        if activation is None:
            raise PollShutdownError
        return activation

    async def complete_workflow_activation(self, completion: WorkflowActivationCompletion) -> None:
        self._server.workflow_task_completed(completion)

    async def poll_activity_task(self) -> ActivityTask:
        task = await self._server.activity_tasks.get()
        if task is None:
            raise PollShutdownError
        return task

    async def complete_activity_task(self, completion: ActivityTaskCompletion) -> None:
        self._server.activity_task_completed(completion)

    def record_activity_heartbeat(self, heartbeat: ActivityHeartbeat) -> None:
        """Does nothing: code in the test's own process is alive."""

    def initiate_shutdown(self) -> None:
        """Does nothing: the server was closed before its worker."""

    async def finalize_shutdown(self) -> None:
        """Does nothing: there are no resources to free."""
