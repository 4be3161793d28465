"""Shape of openai-agents-python examples/basic/non_strict_output_type.py."""

from dataclasses import dataclass

from agents import Agent, AgentOutputSchema


@dataclass
class Jokes:
    jokes: dict[int, str]


agent = Agent(
    name="Joker",
    instructions="Tell three jokes.",
    output_type=AgentOutputSchema(Jokes, strict_json_schema=False),
)
