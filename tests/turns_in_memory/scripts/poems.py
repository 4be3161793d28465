"""A file with two agents and no single one: its program handles each message."""

from pathlib import Path

AGENTS = """
import asyncio, sys, time
from agents import Agent, InputGuardrailTripwireTriggered, Runner, function_tool
namer = Agent(name="Namer", instructions="Find a name.")
poet = Agent(name="Poet", instructions="Write a poem.")
"""


def file(folder: Path, source: str) -> Path:
    """Writes a file of the two agents and the source."""
    path = folder / "made.py"
    path.write_text(AGENTS + source)
    return path
