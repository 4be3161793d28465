"""Counts its messages, and waits after it within the same step of its workflow."""

from datetime import timedelta

from agentex_web.agents.slow_tools import wait_for_file
from temporalio import workflow

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName


@workflow.defn
class Counter:
    def __init__(self) -> None:
        self._task_id = ""

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        task_id = self._task_id = params.task.id
        state = await adk.state.get(task_id=task_id)
        count = state.value.get("count", 0) + 1
        await adk.state.set(task_id=task_id, value={"count": count}, version=state.version)
        await workflow.execute_local_activity(
            wait_for_file, task_id, start_to_close_timeout=timedelta(minutes=5)
        )
