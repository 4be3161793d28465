"""Shape of scale-agentex-python examples/tutorials 10_async/10_temporal/000_hello_acp."""

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TextContent, workflow


@workflow.defn
class Echo:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        said = params.event.content.content
        content = TextContent(author="agent", content=f"Hello! I've received your message: {said}")
        await adk.messages.create(task_id=params.task.id, content=content)
