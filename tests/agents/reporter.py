"""A workflow that lets two others work, one after the other, and writes before, between and after them."""

from _researcher import Researcher

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TaskParams, TextContent, workflow


@workflow.defn
class Reporter:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        if params.event.content.content == "report at once":
            await workflow.execute_child_workflow(Researcher.run, TaskParams(params.task))
            return
        for words in ("Before.", "Between."):
            await adk.messages.create(task_id=params.task.id, content=TextContent("system", words))
            await workflow.execute_child_workflow(Researcher.run, TaskParams(params.task))
        await adk.messages.create(task_id=params.task.id, content=TextContent("system", "After."))
