"""An agent that asks with a form, and has a tool that needs an approval and has a side effect."""

import os
from pathlib import Path
from typing import Any

from agentex_web import adk
from agents import Agent, function_tool


@function_tool(needs_approval=True)
def delete(what: str) -> str:
    """The effect: one line."""
    with (Path(os.environ["AGENTEX_DATA_DIR"]) / "deleted").open("a") as file:
        file.write(f"{what}\n")
    return f"{what} is deleted"


deleter = Agent[Any](name="Deleter", instructions="Delete.", tools=[delete])
writer = Agent[Any](name="Decider", instructions="Answer.")


class Deciding(adk.Workflow):
    """Asks, deletes if it may, and answers."""

    async def on_message(self, turn: adk.Turn) -> None:
        await turn.ask("Shall I?", choices=["yes", "no"])
        await turn.run(deleter, f"delete {turn.message.content.content}", quiet=True)
        await turn.run(writer, [*await turn.history(), *turn.input])
