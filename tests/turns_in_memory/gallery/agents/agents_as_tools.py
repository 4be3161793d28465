"""Shape of openai-agents-python examples/agent_patterns/agents_as_tools.py."""

from agents import Agent

spanish = Agent(name="Spanish", instructions="You translate to Spanish.")
french = Agent(name="French", instructions="You translate to French.")
agent = Agent(
    name="Orchestrator",
    instructions="Use the tools to translate.",
    tools=[
        spanish.as_tool("translate_to_spanish", "To Spanish."),
        french.as_tool("translate_to_french", "To French."),
    ],
)
