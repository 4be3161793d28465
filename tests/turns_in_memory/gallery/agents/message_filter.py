"""Shape of openai-agents-python examples/handoffs/message_filter.py."""

from agents.extensions import handoff_filters

from agents import Agent, HandoffInputData, handoff


def without_tools(data: HandoffInputData) -> HandoffInputData:
    return handoff_filters.remove_all_tools(data)


spanish = Agent(name="Spanish Assistant", instructions="You only speak Spanish.")
agent = Agent(
    name="Assistant",
    instructions="Be concise. Hand over to Spanish.",
    handoffs=[handoff(spanish, input_filter=without_tools)],
)
