"""Shape of openai-agents-python examples/customer_service/main.py, its main() as it is."""

import asyncio

from pydantic import BaseModel

from agents import Agent, RunContextWrapper, Runner, function_tool, handoff


class AirlineContext(BaseModel):
    passenger: str = ""
    flight: str = ""


@function_tool
async def update_seat(context: RunContextWrapper[AirlineContext], seat: str) -> str:
    """Changes the seat."""
    return f"Seat {seat} on {context.context.flight}"


async def on_seat_handoff(context: RunContextWrapper[AirlineContext]) -> None:
    context.context.flight = "FLT-7"


seats = Agent[AirlineContext](name="Seats", instructions="Change seats.", tools=[update_seat])
triage = Agent[AirlineContext](
    name="Triage", instructions="Hand over.", handoffs=[handoff(agent=seats, on_handoff=on_seat_handoff)]
)
seats.handoffs.append(triage)


async def main() -> None:
    current_agent: Agent[AirlineContext] = triage
    context = AirlineContext()
    while True:
        result = await Runner.run(current_agent, input("Message: "), context=context)  # noqa: ASYNC250
        current_agent = result.last_agent


if __name__ == "__main__":
    asyncio.run(main())
