"""Plans walks through a city; asks which, and lets people choose how."""

from typing import Literal

from pydantic import BaseModel, Field

from agentex_web import adk
from agents import Agent, RunContextWrapper, function_tool


class Walk(BaseModel):
    """Tell the guide where you are."""

    city: str = Field(title="City", min_length=2, max_length=80)
    hours: int = Field(default=2, title="How many hours?", ge=1, le=12)
    pace: Literal["slow", "brisk"] = Field(default="slow", title="How fast?")


@function_tool
def find_sights(city: str) -> str:
    """Looks up what there is to see."""
    return f"{city}: an old harbour and a hill"


@function_tool
def find_cafes(city: str) -> str:
    """Looks up where one can sit down."""
    return f"{city}: two cafés by the water"


def instructions(context: RunContextWrapper[Walk], _agent: Agent[Walk]) -> str:
    walk = context.context
    return f"You plan a {walk.pace} walk of {walk.hours} hours in {walk.city}."


TITLE = "City Walks"
STARTERS = ["Plan my walk"]
PARAMETERS = Walk
OPTIONS = adk.Options(
    models={"gpt-5-mini": "Fast", "gpt-5": "Thorough"}, effort=True, temperature=(0, 1), tools=True
)
agent = Agent[Walk](name="City Walks", instructions=instructions, tools=[find_sights, find_cafes])
