"""Waits for weeks: for a time, for an approval, and for an answer that does not come."""

from datetime import timedelta
from typing import Any

from agentex_web import adk
from agents import Agent, function_tool


@function_tool(needs_approval=True)
async def send_letter(to: str) -> str:
    """Sends a letter."""
    return f"A letter to {to} is sent"


clerk = Agent[Any](name="Clerk", instructions="Send letters.", tools=[send_letter])


class Weeks(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        slept = await turn.sleep(timedelta(weeks=3), reason="Three weeks")
        result = await turn.run(clerk, turn.input)
        try:
            await turn.ask("Was it all right?", deadline=timedelta(weeks=2))
        except TimeoutError:
            await turn.say(f"{result.final_output} Slept: {slept}. Nobody answered.", author="system")
