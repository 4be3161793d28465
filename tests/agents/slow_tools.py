"""Tools for tests: one that counts its runs, and one that waits until a file is there."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agents import Agent, function_tool


def _data(name: str) -> Path:
    return Path(os.environ["AGENTEX_DATA_DIR"]) / name


@activity.defn
async def count_up(name: str) -> str:
    """Counts how often it ran."""
    path = _data(f"{name}.count")
    count = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(str(count))
    return f"{name} ran {count} time"


@activity.defn
async def wait_for_file(name: str) -> str:
    """Waits for a file."""
    _data(f"{name}.waiting").touch()
    while not _data(f"{name}.go").exists():
        activity.heartbeat()
        await asyncio.sleep(0.05)
    return f"{name} came"


@function_tool
async def doze(name: str) -> str:
    """Waits for a file, outside the workflow."""
    _data(f"{name}.dozing").touch()
    try:
        while not _data(f"{name}.go").exists():  # noqa: ASYNC110  (another process makes the file)
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        _data(f"{name}.cancelled").touch()
        raise
    return f"{name} dozed"


agent = Agent(
    name="Slow Tools",
    instructions="Use the tools.",
    tools=[
        doze,
        activity_as_tool(count_up, start_to_close_timeout=timedelta(seconds=30)),
        activity_as_tool(
            wait_for_file, start_to_close_timeout=timedelta(minutes=5), heartbeat_timeout=timedelta(seconds=3)
        ),
    ],
)
