"""Shape of openai-agents-python examples/agent_patterns/human_in_the_loop_stream.py. Changed lines: one."""

import asyncio
from typing import Any

from agents.decorators import tool
from examples.auto_mode import confirm_with_fallback

from agents import Agent, Runner


@tool(needs_approval=True)
async def book_flight(city: str) -> str:
    """Books a flight."""
    return f"A flight to {city} is booked"


async def on_message(_turn: Any) -> None:  # was: async def main() -> None:
    traveller = Agent(name="Traveller", instructions="Book flights.", tools=[book_flight])
    result = Runner.run_streamed(traveller, "Book a flight to Lima and one to Rome")
    async for _ in result.stream_events():
        pass
    while len(result.interruptions) > 0:
        state = result.to_state()
        for interruption in result.interruptions:
            if confirm_with_fallback(f"Call {interruption.name}? ", default=True):
                state.approve(interruption)
            else:
                state.reject(interruption)
        result = Runner.run_streamed(traveller, state)
        async for _ in result.stream_events():
            pass
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())  # noqa: F821  (as the example ends)
