"""Plans a trip with you: asks with a form, waits for an offer, and asks once more before it books."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from agentex_web import adk
from agents import Agent

TITLE = "Travel Desk"
STARTERS = [
    "I want to get away for a few days",
    "Plan a trip for the whole team",
]

INSTRUCTIONS = (
    "You work at a travel desk. Confirm the trip in two sentences, with the place, the day and the price."
)

OFFER_TAKES = 20
"""Seconds that the example takes for an offer. Put your booking service in its place."""


class Traveller(BaseModel):
    """So that the desk knows you."""

    home: str = Field(default="Hamburg", title="Where do you start?", min_length=2, max_length=80)
    budget: int = Field(default=500, title="Budget in euros", ge=50, le=10_000)


class Trip(BaseModel):
    """Tell us where to, and we ask for an offer."""

    place: str = Field(title="Where to?", min_length=2, max_length=80)
    day: date = Field(title="When?")
    people: int = Field(default=2, title="How many people?", ge=1, le=12)
    way: Literal["train", "ferry", "plane"] = Field(default="train", title="How?")
    extras: list[Literal["breakfast", "bicycle", "guide"]] = Field(default=[], title="What else?")
    insured: bool = Field(default=True, title="With insurance")
    wishes: str = Field(
        default="", title="Wishes", max_length=500, description="Whatever else matters to you."
    )


# The start page asks for these before the first message; they belong to the chat.
PARAMETERS = Traveller

clerk = Agent(name="Travel Clerk", instructions=INSTRUCTIONS)


class TravelDesk(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        traveller: Traveller = turn.parameters
        # Each of these waits may last for weeks: nothing runs meanwhile, and no restart loses it.
        trip = await turn.ask(Trip, title="Your trip", skippable=True)
        if trip is None:
            await turn.say("Then another time. Write to me when you know more.")
            return
        await turn.sleep(OFFER_TAKES, reason=f"Asking for an offer for {trip.place}")
        price = trip.people * (180 if trip.way == "plane" else 90)
        fits = "within" if price <= traveller.budget else "over"
        offer = f"{traveller.home} to {trip.place} by {trip.way} for {price} euros, {fits} your budget."
        booked = await turn.ask(f"{offer} Book it?", choices=["Book it", "Not now"])
        if booked != "Book it":
            await turn.say("I have not booked anything.")
            return
        what = f"{trip.place} on {trip.day:%d %B} by {trip.way} for {trip.people} people, {price} euros"
        await turn.run(clerk, f"Confirm: {what}.")
