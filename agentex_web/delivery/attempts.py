"""Actions on a failed activity that waits for its next attempt."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import PauseActivityRequest, UnpauseActivityRequest
from temporalio.client import AsyncActivityHandle

from agentex_web.delivery.client import RPC_TIMEOUT, temporal_client


async def try_now(workflow_id: str, activity_id: str) -> None:
    """Starts the next attempt at once, without resetting the attempt count."""
    client = await temporal_client()
    execution = WorkflowExecution(workflow_id=workflow_id)
    # Unpausing a waiting activity schedules it at once. Resetting it would restart the count at 1.
    pause = PauseActivityRequest(namespace=client.namespace, execution=execution, id=activity_id)
    await client.workflow_service.pause_activity(pause, timeout=RPC_TIMEOUT)
    unpause = UnpauseActivityRequest(namespace=client.namespace, execution=execution, id=activity_id)
    await client.workflow_service.unpause_activity(unpause, timeout=RPC_TIMEOUT)


async def supply(workflow_id: str, activity_id: str, result: str) -> None:
    """Ends a tool call with this result, as if the tool had returned it."""
    handle = await _handle(workflow_id, activity_id)
    await handle.complete(result, rpc_timeout=RPC_TIMEOUT)


async def _handle(workflow_id: str, activity_id: str) -> AsyncActivityHandle:
    client = await temporal_client()
    return client.get_async_activity_handle(workflow_id=workflow_id, run_id=None, activity_id=activity_id)
