"""Releases chats that a dead worker had in memory, so that any worker can take them at once.

Temporal offers a workflow task first to the worker that has the chat in memory, and waits STICKY for it. If a
call was lost with its worker, that wait would come on top of the wait for the call's timeout.
"""

import asyncio
import logging

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT
from agentex_web.names import workflow_id_of
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

MOST = 200
AT_ONCE = 8


async def release_chats(client: Client) -> None:
    """Releases the chats with an open turn. Called by a worker that starts, which has no chats in memory.

    The only cost: chats that another worker has in memory are replayed once.
    """
    free = asyncio.Semaphore(AT_ONCE)

    async def release(workflow_id: str) -> None:
        async with free:
            await _release(client, workflow_id)

    try:
        await asyncio.gather(*map(release, await in_database(_at_work)))
    except RPCError as error:
        # Without the release, Temporal waits STICKY before it offers the chats to another worker.
        logger.warning("Chats of a worker before this one were not released: %s", error)


def _at_work() -> list[str]:
    open_turns = Turn.objects.filter(status__in=Turn.OPEN).order_by("-created_at")
    return [
        workflow_id_of(each) for each in dict.fromkeys(open_turns.values_list("task_id", flat=True)[:MOST])
    ]


async def _release(client: Client, workflow_id: str) -> None:
    request = ResetStickyTaskQueueRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
    )
    try:
        await client.workflow_service.reset_sticky_task_queue(request, timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
