"""Chats that a dead worker had in memory go to any worker at once.

Temporal offers a workflow task to the worker that has the chat in memory, and waits STICKY for it. When a
call was lost with its worker, that wait would follow the wait for the call.
"""

import asyncio
import logging

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

MOST = 200
AT_ONCE = 8


async def release_chats(client: Client) -> None:
    """Releases the chats that have an open turn. Called by a worker that begins, which has none in memory.

    Those that another worker has in memory are replayed once; that is all it costs.
    """
    free = asyncio.Semaphore(AT_ONCE)

    async def release(workflow_id: str) -> None:
        async with free:
            await _release(client, workflow_id)

    try:
        await asyncio.gather(*map(release, await in_database(_at_work)))
    except RPCError as error:
        # They wait for STICKY, then.
        logger.warning("Chats of a worker before this one were not released: %s", error)


def _at_work() -> list[str]:
    open_turns = Turn.objects.filter(status__in=Turn.OPEN).order_by("-created_at")
    return [f"task-{each}" for each in dict.fromkeys(open_turns.values_list("task_id", flat=True)[:MOST])]


async def _release(client: Client, workflow_id: str) -> None:
    request = ResetStickyTaskQueueRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
    )
    try:
        await client.workflow_service.reset_sticky_task_queue(request, timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
