"""The versions of a deployment in Temporal, and the operations on them."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import VersionDrainageStatus
from temporalio.api.workflow.v1 import VersioningOverride, WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.client import WorkflowExecution as Execution
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT

RETRY_TIME = timedelta(seconds=15)
"""Temporal limits requests about one deployment; with ``retry``, its client repeats them for this long."""

MOST_MOVED = 200
"""Limit on the runs that are moved in one sweep; the next one moves the rest."""
AT_ONCE = 8
DRAINED = VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED


@dataclass(frozen=True)
class Version:
    """A version of the code, as Temporal knows it.

    Attributes:
        began: when Temporal first saw one of its workers.
        current: new runs start on it.
        drained: Temporal knows that none of its runs is open.
    """

    build_id: str
    began: datetime
    current: bool
    drained: bool


@dataclass(frozen=True)
class Deployment:
    """All versions of this deployment.

    Attributes:
        versions: newest first.
    """

    name: str
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version | None:
        return next((each for each in self.versions if each.current), None)

    def with_current(self, build_id: str) -> "Deployment":
        """Returns a copy as it is after ``make_current``."""
        versions = tuple(replace(each, current=each.build_id == build_id) for each in self.versions)
        return replace(self, versions=versions)

    def version(self, build_id: str) -> Version | None:
        return next((each for each in self.versions if each.build_id == build_id), None)


async def describe(client: Client, name: str) -> Deployment:
    """Asks Temporal for a deployment's versions.

    Raises:
        RPCError: Temporal cannot be reached.
    """
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=name)
    try:
        answer = await client.workflow_service.describe_worker_deployment(
            request, retry=True, timeout=RETRY_TIME
        )
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return Deployment(name, ())
        raise
    info = answer.worker_deployment_info
    current = info.routing_config.current_deployment_version.build_id
    found = [
        Version(build, each.create_time.ToDatetime(UTC), build == current, each.drainage_status == DRAINED)
        for each in info.version_summaries
        if (build := each.deployment_version.build_id)
    ]
    return Deployment(name, tuple(sorted(found, key=lambda each: each.began, reverse=True)))


async def make_current(client: Client, name: str, build_id: str) -> None:
    """Makes this the version on which new runs start.

    Raises:
        RPCError: Temporal cannot be reached, or has not seen a worker of this version yet.
    """
    await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace,
            deployment_name=name,
            build_id=build_id,
            identity=client.identity,
            # A task queue that no longer exists is no reason to stay with old code.
            ignore_missing_task_queues=True,
        ),
        retry=True,
        timeout=RETRY_TIME,
    )


async def open_runs(client: Client, name: str, build_id: str) -> int:
    """Returns the number of open runs that are pinned to the version."""
    return (await client.count_workflows(_open(name, build_id), rpc_timeout=RPC_TIMEOUT)).count


async def move_runs(client: Client, name: str, build_id: str) -> int:
    """Moves the open runs of a version without workers to the current one; returns their number.

    A run whose history does not fit the current code ends, and its turns end with a reason and can be
    retried.
    """
    found = client.list_workflows(_open(name, build_id), limit=MOST_MOVED, rpc_timeout=RPC_TIMEOUT)
    runs = [each async for each in found]
    for start in range(0, len(runs), AT_ONCE):
        await asyncio.gather(*(_move(client, each) for each in runs[start : start + AT_ONCE]))
    return len(runs)


async def _move(client: Client, run: Execution) -> None:
    request = UpdateWorkflowExecutionOptionsRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=run.id, run_id=run.run_id),
        workflow_execution_options=WorkflowExecutionOptions(
            versioning_override=VersioningOverride(auto_upgrade=True)
        ),
        update_mask=FieldMask(paths=["versioning_override"]),
        identity=client.identity,
    )
    try:
        await client.workflow_service.update_workflow_execution_options(request, timeout=RPC_TIMEOUT)
    except RPCError as error:
        # The run has ended.
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


def _open(name: str, build_id: str) -> str:
    return f"TemporalWorkerDeploymentVersion = '{name}:{build_id}' AND ExecutionStatus = 'Running'"
