"""Two agents that work at the same time, each with calls that need an approval."""

import asyncio
from typing import Any

from agentex_web import adk
from agents import Agent, function_tool


@function_tool(needs_approval=True)
async def delete_file(name: str) -> str:
    """Deletes a file."""
    return f"{name} is deleted"


one = Agent[Any](name="One", instructions="Delete.", tools=[delete_file])
two = Agent[Any](name="Two", instructions="Delete.", tools=[delete_file])


class SideBySide(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await asyncio.gather(turn.run(one, "go"), turn.run(two, "go"))
