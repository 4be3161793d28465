"""A workflow whose own ``run`` ends while the handler of its last message does."""

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TaskParams, TextContent, workflow


@workflow.defn
class Farewell:
    def __init__(self) -> None:
        self._task_id: str | None = None
        self._is_over = False

    @workflow.run
    async def run(self, params: TaskParams) -> str:
        await workflow.wait_condition(lambda: self._is_over)
        return "over"

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        await adk.messages.create(task_id=params.task.id, content=TextContent("agent", "Goodbye."))
        self._is_over = True
