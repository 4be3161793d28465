"""Shape of scale-agentex-python examples/tutorials 10_async/10_temporal/020_state_machine."""

from agentex_web import adk
from agents import Agent

asker = Agent(name="Asker", instructions="Ask one question back.")
researcher = Agent(name="Researcher", instructions="Research.")


class StateMachine(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        state = await turn.get_state()
        phase = state.value.get("phase", "clarifying")
        await turn.run(asker if phase == "clarifying" else researcher, [*await turn.history(), *turn.input])
        await turn.set_state({"phase": "researching"}, version=state.version)
