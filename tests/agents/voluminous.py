"""A tool whose results are long."""

from typing import Any

from agents import Agent, function_tool


@function_tool
def read_pages(thousands: int) -> str:
    """Reads so many thousand characters."""
    return "x" * (thousands * 1_000)


agent = Agent[Any](name="Reader", instructions="Read.", tools=[read_pages])
