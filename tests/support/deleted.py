"""Checks that a deleted chat is gone everywhere."""

import asyncio

from redis import Redis
from temporalio.service import RPCError

from agentex_web.delivery.client import temporal_client
from agentex_web.services import redis_url
from agentex_web.tasks.models import Deletion, LargePayload, Task


def knows_temporal(workflow_id: str) -> bool:
    async def describe() -> bool:
        client = await temporal_client()
        try:
            await client.get_workflow_handle(workflow_id).describe()
        except RPCError:
            return False
        return True

    return asyncio.run(describe())


def gone(task: Task) -> bool:
    """True if nothing of the task is left in the database, Redis or Temporal."""
    stream = Redis.from_url(redis_url()).exists(f"stream:{task.pk}")
    return not (
        Deletion.objects.filter(pk=task.pk).exists()
        or LargePayload.objects.filter(workflow=task.workflow_id).exists()
        or stream
        or knows_temporal(task.workflow_id)
    )
