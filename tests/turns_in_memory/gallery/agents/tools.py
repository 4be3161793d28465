"""Shape of openai-agents-python examples/basic/tools.py."""

from pydantic import BaseModel

from agents import Agent, function_tool


class Weather(BaseModel):
    city: str
    celsius: int


@function_tool
def get_weather(city: str) -> Weather:
    """The current weather of a city."""
    return Weather(city=city, celsius=21)


agent = Agent(name="Forecaster", instructions="You know the weather.", tools=[get_weather])
