"""Shape of openai-agents-python examples/basic/dynamic_system_prompt.py."""

from dataclasses import dataclass

from agents import Agent, RunContextWrapper


@dataclass
class Style:
    name: str = "pirate"


def instructions(context: RunContextWrapper[Style], _agent: Agent[Style]) -> str:
    return f"Speak like a {context.context.name}."


CONTEXT = Style
agent = Agent[Style](name="Speaker", instructions=instructions)
