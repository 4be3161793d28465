"""Shape of openai-agents-python examples/agent_patterns/agents_as_tools_structured.py."""

from pydantic import BaseModel

from agents import Agent


class Translation(BaseModel):
    text: str
    target: str


translator = Agent(name="Translator", instructions="You translate.")
agent = Agent(
    name="Orchestrator",
    tools=[translator.as_tool("translate", "Translates.", parameters=Translation)],
)
