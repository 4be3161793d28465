"""Shape of openai-agents-python examples/basic/usage_tracking.py."""

from agentex_web import adk
from agents import Agent

agent_of_weather = Agent(name="Usage Demo", instructions="You are concise.")


class Tracking(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        result = await turn.run(agent_of_weather, [*await turn.history(), *turn.input])
        await turn.say(f"{result.context_wrapper.usage.requests} request", author="system")
