"""Shape of openai-agents-python examples/agent_patterns/agents_as_tools_streaming.py."""

from typing import Any

from agents import Agent


async def on_stream(event: Any) -> None:
    assert event["agent"].name == "Billing"


billing = Agent(name="Billing", instructions="You answer questions about bills.")
agent = Agent(
    name="Support",
    tools=[billing.as_tool("ask_billing", "Bills.", on_stream=on_stream)],
)
