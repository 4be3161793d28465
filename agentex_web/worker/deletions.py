"""Completes deletions: ends the workflows of deleted tasks and removes their copies in Temporal and Redis."""

import logging
from collections.abc import Awaitable
from datetime import timedelta

from django.utils import timezone
from redis.exceptions import RedisError
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT
from agentex_web.journal.record import report_deleted
from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.streams.keys import stream_key
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks import deletions
from agentex_web.tasks.models import Deletion
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

BATCH = 100
AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
WATCHED = timedelta(seconds=20)
"""How long to keep looking for workflows of a deleted task. Temporal lists a workflow only a moment after its
start, and a running one may write to the stream until it has ended."""


async def remove_deleted(client: Client) -> None:
    """Makes one sweep. The next sweep retries what could not be removed.

    Raises:
        RPCError: Temporal is unavailable.
    """
    for deletion in await in_database(deletions.waiting, BATCH):
        try:
            await _remove(client, deletion)
        except RPCError as error:
            if error.status in AWAY:
                raise
            logger.error("Task %s: removing it will be tried again: %s", deletion.task_id, error)


async def _remove(client: Client, deletion: Deletion) -> None:
    task_id, is_new = str(deletion.task_id), timezone.now() - deletion.created_at < WATCHED
    if is_new:
        for turn in deletion.turns:
            await announce_stop(turn)
        await report_deleted(task_id)
    workflows = await _end_workflows(client, deletion.workflow_id)
    removed = await in_database(deletions.remove_payloads, [deletion.workflow_id, *workflows])
    if workflows or removed or is_new:
        return
    try:
        await redis_client().delete(stream_key(task_id))
    except (RedisError, ServiceMissing, OSError) as error:
        logger.warning("Task %s: its stream stays until Redis is back (%s)", task_id, error)
        return
    await in_database(deletions.finish, deletion.task_id)
    logger.info("Task %s is deleted, with its history in Temporal", task_id)


async def _end_workflows(client: Client, workflow_id: str) -> list[str]:
    """Ends and deletes every run of the task's workflow and of its children; returns their ids."""
    found: list[str] = []
    query = f'WorkflowId = "{workflow_id}" OR RootWorkflowId = "{workflow_id}"'
    async for run in client.list_workflows(query, rpc_timeout=RPC_TIMEOUT):
        found.append(run.id)
        # The server terminates one that is running. Terminating it first delays its deletion by half a minute
        # (seen with Server 1.32.0).
        request = DeleteWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=run.id, run_id=run.run_id),
        )
        await _unless_gone(client.workflow_service.delete_workflow_execution(request, timeout=RPC_TIMEOUT))
    return found


async def _unless_gone(call: Awaitable[object]) -> None:
    try:
        await call
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
