"""An agent with a side effect: each turn adds its id to a file and then answers."""

import os
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow

from agentex_web import adk
from agents import Agent


@activity.defn
async def note_effect(turn: str) -> None:
    """Writes one line: the side effect."""
    with (Path(os.environ["AGENTEX_DATA_DIR"]) / "effects").open("a") as file:
        file.write(f"{turn}\n")


writer = Agent(name="Effects", instructions="Answer.")


class Effects(adk.Workflow):
    """Notes its effect before it answers."""

    async def on_message(self, turn: adk.Turn) -> None:
        await workflow.execute_activity(note_effect, turn.id, start_to_close_timeout=timedelta(seconds=20))
        await turn.run(writer, [*await turn.history(), *turn.input])
