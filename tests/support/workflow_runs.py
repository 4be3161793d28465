"""The state of tasks' workflows in Temporal."""

import asyncio

from temporalio.client import WorkflowExecutionStatus

from agentex_web.delivery.client import temporal_client


def is_running(workflow_id: str) -> bool:
    """True if the workflow's latest run is open."""

    async def status() -> WorkflowExecutionStatus | None:
        return (await (await temporal_client()).get_workflow_handle(workflow_id).describe()).status

    return asyncio.run(status()) == WorkflowExecutionStatus.RUNNING
