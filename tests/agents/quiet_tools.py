"""Tools that take long and say nothing meanwhile: one that awaits, and one that is a plain function."""

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agents import Agent


def _go(name: str) -> Path:
    return Path(os.environ["AGENTEX_DATA_DIR"]) / f"{name}.go"


@activity.defn
async def wait_quietly(name: str) -> str:
    """Waits for a file."""
    return await asyncio.to_thread(wait_plainly, name)


@activity.defn
def wait_plainly(name: str) -> str:
    """Waits for a file, in a thread."""
    while not _go(name).exists():
        time.sleep(0.05)
    return f"{name} came"


agent = Agent(
    name="Quiet Tools",
    instructions="Use the tools.",
    tools=[
        activity_as_tool(tool, start_to_close_timeout=timedelta(minutes=5))
        for tool in (wait_quietly, wait_plainly)
    ],
)
