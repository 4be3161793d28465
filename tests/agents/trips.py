"""Books trips with tools that can be undone."""

from typing import Any

from agentex_web import adk
from agents import Agent, function_tool


@function_tool
def cancel(what: str) -> str:
    """Cancels a booking."""
    return f"{what} is cancelled"


@adk.tool(undo=cancel)
@function_tool
def book(what: str) -> str:
    """Books something."""
    return f"{what} is booked"


@function_tool
def pay(amount: int) -> str:
    """Pays."""
    return f"{amount} paid"


agent = Agent[Any](name="Trips", instructions="Book.", tools=[book, pay])
