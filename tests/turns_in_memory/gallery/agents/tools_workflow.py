"""Shape of temporalio/samples-python openai_agents/basic/workflows/tools_workflow.py."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agentex_web import adk
from agents import Agent


@dataclass
class Weather:
    city: str
    conditions: str


@activity.defn
async def get_weather(city: str) -> Weather:
    """Get the weather for a given city."""
    return Weather(city, "sunny")


agent_of_weather = Agent(
    name="Hello world agent",
    tools=[activity_as_tool(get_weather, start_to_close_timeout=timedelta(seconds=10))],
)


class ToolsWorkflow(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(agent_of_weather, [*await turn.history(), *turn.input])
