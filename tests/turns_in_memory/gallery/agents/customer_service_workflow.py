"""Shape of temporalio/samples-python openai_agents/customer_service: a workflow that knows who speaks."""

from agentex_web import adk
from agents import Agent

faq = Agent(name="FAQ Agent", instructions="Answer questions.")
triage = Agent(name="Triage Agent", instructions="Hand over.", handoffs=[faq])


class CustomerService(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        speaker = await turn.last_agent(triage)
        await turn.run(speaker, [*await turn.history(), *turn.input])
