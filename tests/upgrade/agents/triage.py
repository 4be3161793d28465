"""Finds out what you need, and hands you over to the specialist for it."""

from agents import Agent

STARTERS = [
    "I was charged twice for my order",
    "The app crashes when I open it",
]

billing = Agent(
    name="Billing Specialist",
    handoff_description="Invoices, payments, charges and refunds.",
    instructions="You help with invoices, payments and refunds. Be brief, and say what happens next.",
)

support = Agent(
    name="Support Engineer",
    handoff_description="Errors, crashes and anything that does not work.",
    instructions="You help with technical trouble. Ask for what you need, one step at a time.",
)

agent = Agent(
    name="Triage",
    instructions="Find out whether the person needs billing or technical support, and hand over to it.",
    handoffs=[billing, support],
)
