"""Shape of openai-agents-python examples/agent_patterns/agents_as_tools_conditional.py."""

from typing import Any

from pydantic import BaseModel

from agents import Agent, AgentBase, RunContextWrapper


class Preference(BaseModel):
    language: str = "spanish_only"


def french_wanted(context: RunContextWrapper[Any], _agent: AgentBase[Any]) -> bool:
    return bool(context.context.language == "french_too")


CONTEXT = Preference
spanish = Agent(name="Spanish", instructions="You answer in Spanish.")
french = Agent(name="French", instructions="You answer in French.")
agent = Agent[Preference](
    name="Orchestrator",
    tools=[
        spanish.as_tool("answer_in_spanish", "In Spanish."),
        french.as_tool("answer_in_french", "In French.", is_enabled=french_wanted),
    ],
)
