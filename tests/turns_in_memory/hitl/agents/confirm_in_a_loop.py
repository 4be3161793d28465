"""Shape of openai-agents-python examples/agent_patterns/human_in_the_loop.py. Changed lines: none."""

import asyncio
import json
from pathlib import Path
from typing import Any

from agents.decorators import tool
from examples.auto_mode import confirm_with_fallback

from agents import Agent, Runner, RunState


async def only_far_away(_context: Any, arguments: dict[str, Any], _call_id: str) -> bool:
    return "Lima" in arguments.get("city", "")


@tool(needs_approval=only_far_away)
async def book_flight(city: str) -> str:
    """Books a flight."""
    return f"A flight to {city} is booked"


@tool
async def find_flight(city: str) -> str:
    """Finds a flight."""
    return f"There is a flight to {city}"


agent = Agent(name="Traveller", instructions="Book flights.", tools=[find_flight, book_flight])
STATE = Path(".cache/state.json")


async def main() -> None:
    result = await Runner.run(agent, "Book a flight to Lima")
    while result.interruptions:
        STATE.write_text(json.dumps(result.to_state().to_json()))  # noqa: ASYNC240
        state = await RunState.from_json(agent, json.loads(STATE.read_text()))  # noqa: ASYNC240
        for interruption in result.interruptions:
            if confirm_with_fallback(f"Call {interruption.name}? ", default=True):
                state.approve(interruption)
            else:
                state.reject(interruption)
        result = await Runner.run(agent, state)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())
