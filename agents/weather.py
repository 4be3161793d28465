"""Looks up the weather anywhere and converts temperatures."""

from datetime import timedelta

from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agentex_web import adk
from agents import Agent, function_tool

STARTERS = [
    "What is the weather in Lisbon?",
    "Compare the weather in Oslo and Nairobi",
    "What is 21 °C in Fahrenheit?",
]

# The menu of the message box: how long the model thinks, and which tools it may use.
OPTIONS = adk.Options(effort=True, tools=True)

INSTRUCTIONS = """
You are a weather reporter. Look up the weather of each city that is asked about before you answer.
Answer in a sentence or two, and give temperatures in the unit that the person uses.
"""


@activity.defn
async def get_weather(city: str) -> str:
    """Look up the weather in a city.

    Args:
        city: The name of the city, such as Lisbon.
    """
    # An activity: Temporal retries it if it fails, and never runs it again once it has returned.
    # Put your weather service here; this one reads the sky from the city's name.
    skies = ("sunny", "partly cloudy", "overcast", "rainy", "windy")
    number = sum(city.casefold().encode())
    return f"{city}: {skies[number % len(skies)]}, {number % 30} °C"


@function_tool
def to_fahrenheit(celsius: float) -> str:
    """Convert a temperature from Celsius to Fahrenheit.

    Args:
        celsius: The temperature in degrees Celsius.
    """
    # It runs in an activity, too. As it only computes, @adk.pure would keep it in the workflow.
    return f"{celsius * 9 / 5 + 32:.0f} °F"


agent = Agent(
    name="Weather Reporter",
    instructions=INSTRUCTIONS,
    tools=[
        activity_as_tool(get_weather, start_to_close_timeout=timedelta(seconds=30)),
        to_fahrenheit,
    ],
)
