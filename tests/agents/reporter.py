"""A workflow that lets two others work, one after the other, and writes before, between and after them;
or a third one, which continues as new.
"""

from _researcher import Researcher

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TaskParams, TextContent, workflow


@workflow.defn
class Counting:
    """Says each number in a run of its own."""

    @workflow.run
    async def run(self, number: int) -> None:
        await adk.messages.create(task_id=self._task_id, content=TextContent("system", f"{number}."))
        if number < 3:
            workflow.continue_as_new(number + 1)


@workflow.defn
class Reporter:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        if params.event.content.content == "report at once":
            await workflow.execute_child_workflow(Researcher.run, TaskParams(params.task))
            return
        if params.event.content.content == "count":
            await workflow.execute_child_workflow(Counting.run, 1)
            return
        for words in ("Before.", "Between."):
            await adk.messages.create(task_id=params.task.id, content=TextContent("system", words))
            await workflow.execute_child_workflow(Researcher.run, TaskParams(params.task))
        await adk.messages.create(task_id=params.task.id, content=TextContent("system", "After."))
