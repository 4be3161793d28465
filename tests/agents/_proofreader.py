"""A child workflow that writes one message."""

from agentex_web import adk
from agentex_web.adk import TaskParams, TextContent, workflow


@workflow.defn
class Proofreader:
    @workflow.run
    async def run(self, params: TaskParams) -> None:
        await adk.messages.create(task_id=params.task.id, content=TextContent("agent", "Read."))
