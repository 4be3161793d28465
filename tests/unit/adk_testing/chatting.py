"""What several files of tests chat with."""

from datetime import timedelta

from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TextContent, workflow
from agents import Agent


@activity.defn
async def dice(sides: int) -> int:
    """Throws a die."""
    return sides


roller = Agent(
    name="Dice Roller",
    instructions="You roll dice.",
    tools=[activity_as_tool(dice, start_to_close_timeout=timedelta(seconds=10))],
)


@workflow.defn
class Reminder:
    """Waits for three days before it answers."""

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        await workflow.sleep(timedelta(days=3))
        await adk.messages.create(task_id=params.task.id, content=TextContent("agent", "Now."))
