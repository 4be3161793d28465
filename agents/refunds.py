"""Looks up orders and refunds them; asks you before much money goes out."""

from datetime import timedelta
from typing import Any

from agentex_web import adk
from agents import Agent, RunContextWrapper, function_tool

STARTERS = [
    "Refund order A7 with 50 euros",
    "Refund order C3 with 5 euros",
    "What is in order B12?",
]

INSTRUCTIONS = """
You work at the refund desk of a shop. Look up the order if you do not know it.
Say in a sentence what you did. If a refund is rejected, give the reason and do not try again.
"""

WITHOUT_ASKING = 20
"""Refunds up to this many euros need no approval."""


async def is_much(_context: RunContextWrapper[Any], arguments: dict[str, Any], _call_id: str) -> bool:
    """Decides for each call whether a person has to approve it."""
    return int(arguments["amount"]) > WITHOUT_ASKING


@function_tool
def find_order(order_number: str) -> str:
    """Look up what is in an order.

    Args:
        order_number: The number of the order, such as A7.
    """
    # Put your shop here; this one makes an order of its number.
    things = ("a lamp", "two chairs", "a kettle", "a bookshelf")
    number = sum(order_number.casefold().encode())
    return f"Order {order_number}: {things[number % len(things)]}, {19 + number % 80} €, delivered."


# `needs_approval` is the SDK's. adk.Approval says more about it: until when, who decides, who is reminded.
@adk.Approval(deadline=timedelta(days=7), reminders=[timedelta(hours=4), timedelta(days=2)])
@function_tool(needs_approval=is_much)
def refund_order(order_number: str, amount: int) -> str:
    """Refund money for an order.

    Args:
        order_number: The number of the order, such as A7.
        amount: How many whole euros are refunded.
    """
    return f"{amount} € for order {order_number} are on their way."


agent = Agent[Any](name="Refund Desk", instructions=INSTRUCTIONS, tools=[find_order, refund_order])
