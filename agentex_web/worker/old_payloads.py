"""Deletes payloads outside Temporal that nothing can refer to any more (tasks/large_payloads.py).

The record knows which chats are open, but not to which chat a child workflow belongs. Temporal knows that, as
long as it has the child: so it is asked soon, and the answer is stored.
"""

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT
from agentex_web.tasks import large_payloads
from agentex_web.tasks.threads import in_database

BATCH = 500
"""How many workflows one sweep looks up in Temporal."""


async def forget_payloads(client: Client) -> int:
    """Makes one sweep; returns the number of deleted payloads.

    Raises:
        RPCError: Temporal is unavailable. Nothing is deleted without its answer.
    """
    for workflow in await in_database(large_payloads.without_root, BATCH):
        found = await _described(client, workflow)
        root = (found.root_id if found is not None else None) or workflow
        await in_database(large_payloads.set_root, workflow, root)
    unneeded = await in_database(large_payloads.unneeded)
    others = [each for each in unneeded if each and not large_payloads.is_chat(each)]
    for workflow in others[:BATCH]:
        found = await _described(client, workflow)
        # A child that outlives its turn may still wait.
        if found is not None and found.status == WorkflowExecutionStatus.RUNNING:
            await in_database(large_payloads.keep, workflow)
    left = set(others[BATCH:])
    return await in_database(large_payloads.forget, [each for each in unneeded if each not in left])


async def _described(client: Client, workflow: str) -> WorkflowExecutionDescription | None:
    try:
        return await client.get_workflow_handle(workflow).describe(rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
