"""Uses all of adk, from a workflow and from an activity."""

from datetime import timedelta

from temporalio import activity

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TextContent, workflow


@activity.defn
async def report(task_id: str) -> str:
    """Writes from an activity, and fails the first time, after all was written."""
    async with adk.streaming.message(task_id=task_id) as message:
        for word in ("from ", "an ", "activity"):
            await message.write(word)
    await adk.messages.create(task_id=task_id, content=TextContent("system", "a note"))
    await adk.messages.create(task_id=task_id, content=TextContent("system", "a note"))
    state = await adk.state.get(task_id=task_id)
    await adk.state.set(task_id=task_id, value={"count": state.value["count"], "seen": True})
    if activity.info().attempt == 1:
        raise RuntimeError("the first attempt fails")
    return "reported"


@workflow.defn(name="Bookkeeper")
class Bookkeeper:
    def __init__(self) -> None:
        self._task_id = ""

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        task_id = self._task_id = params.task.id
        if params.event.content.content == "end":
            await adk.tasks.complete(task_id=task_id)
            return
        state = await adk.state.get(task_id=task_id)
        count = state.value.get("count", 0) + 1
        await adk.state.set(task_id=task_id, value={"count": count}, version=state.version)
        created = await adk.messages.create(
            task_id=task_id, content=TextContent("agent", f"**{count}** draft")
        )
        await adk.messages.update(task_id=task_id, message_id=created.id, content=f"**{count}** final")
        async with adk.streaming.message(task_id=task_id) as message:
            await message.write("from a ")
            await message.write("workflow")
        await workflow.execute_activity(report, task_id, start_to_close_timeout=timedelta(seconds=10))
        said = await adk.messages.list(task_id=task_id, limit=50)
        await adk.tasks.rename(task_id=task_id, title=f"{len(said)} messages")
