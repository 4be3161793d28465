"""Streams words of its own, from its workflow or from an activity, as it is asked to."""

from datetime import timedelta

from agentex_web.agents.slow_tools import wait_for_file
from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName

LIMIT = timedelta(seconds=60)


@activity.defn
async def tell_two(task_id: str) -> None:
    for words in ("Page one.", "Page two."):
        async with adk.streaming.message(task_id=task_id) as message:
            await message.write(words)


@activity.defn
async def tell_half(task_id: str) -> None:
    async with adk.streaming.message(task_id=task_id) as message:
        await message.write("Half of ")
        await wait_for_file(f"half {task_id}")


@workflow.defn
class Narrator:
    def __init__(self) -> None:
        self._task_id = ""

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        task_id = self._task_id = params.task.id
        match params.event.content.content:
            case "two":
                await workflow.execute_activity(tell_two, task_id, start_to_close_timeout=LIMIT)
            case "half in an activity":
                # The activity learns of a Stop from the response to a heartbeat.
                await workflow.execute_activity(
                    tell_half,
                    task_id,
                    start_to_close_timeout=LIMIT,
                    heartbeat_timeout=timedelta(seconds=1),
                    cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
                )
            case "half":
                try:
                    async with adk.streaming.message(task_id=task_id) as message:
                        await message.write("Half of ")
                        await workflow.execute_activity(wait_for_file, task_id, start_to_close_timeout=LIMIT)
                finally:
                    await adk.state.set(task_id=task_id, value={"told": message.text})
            case "fail":
                async with adk.streaming.message(task_id=task_id) as message:
                    await message.write("Half of ")
                    raise ApplicationError("the ink is out", non_retryable=True)
