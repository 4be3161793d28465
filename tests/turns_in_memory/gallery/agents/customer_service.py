"""Shape of openai-agents-python examples/customer_service/main.py."""

from pydantic import BaseModel

from agents import Agent, RunContextWrapper, function_tool, handoff


class Passenger(BaseModel):
    seat: str | None = None
    flight: str | None = None


@function_tool
async def faq(question: str) -> str:
    """Frequent questions."""
    return "One bag of 50 pounds." if "bag" in question else "I do not know."


@function_tool
async def update_seat(context: RunContextWrapper[Passenger], seat: str) -> str:
    """Changes the seat."""
    context.context.seat = seat
    return f"{context.context.flight}: seat {seat}"


async def on_seat_booking(context: RunContextWrapper[Passenger]) -> None:
    context.context.flight = "FLT-123"


CONTEXT = Passenger
faq_agent = Agent[Passenger](name="FAQ Agent", instructions="Use the tool.", tools=[faq])
seats = Agent[Passenger](name="Seat Booking Agent", instructions="Change seats.", tools=[update_seat])
agent = Agent[Passenger](
    name="Triage Agent",
    handoffs=[
        handoff(faq_agent, tool_name_override="transfer_to_faq"),
        handoff(seats, on_handoff=on_seat_booking),
    ],
)
faq_agent.handoffs.append(agent)
seats.handoffs.append(agent)
