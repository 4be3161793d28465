"""A tool that returns what is no text."""

from agents import Agent, function_tool


@function_tool
def read_binary(name: str) -> str:
    """Reads a file."""
    return f"ELF\x00\x01 {name}"


agent = Agent(name="Binary", instructions="Read files.", tools=[read_binary])
