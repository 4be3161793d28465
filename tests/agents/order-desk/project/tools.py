from temporalio import workflow

from agents import function_tool
from project.approval import Approval


@function_tool
async def approval_of(order: str) -> str:
    """Waits until somebody approves the order."""
    return await workflow.execute_child_workflow(Approval.wait_for_it, order, id=f"approval-{order}")
