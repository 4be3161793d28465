"""Shape of output types that are no models: a list of typed dictionaries."""

from typing_extensions import TypedDict

from agents import Agent


class Step(TypedDict):
    what: str
    minutes: int


planner = Agent(name="Planner", instructions="Plan.", output_type=list[Step])
