"""Has two other agents as its tools."""

from datetime import timedelta

from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agents import Agent


@activity.defn
async def look_up(word: str) -> str:
    """Looks a word up."""
    return f"{word} is in the dictionary"


translator = Agent(
    name="Translator",
    instructions="You translate into Latin.",
    tools=[activity_as_tool(look_up, start_to_close_timeout=timedelta(seconds=10))],
)
critic = Agent(name="Critic", instructions="You judge texts.")

agent = Agent(
    name="Editor",
    instructions="You edit texts.",
    tools=[
        translator.as_tool("translate", "Translates a text."),
        critic.as_tool("judge", "Judges a text."),
    ],
)
