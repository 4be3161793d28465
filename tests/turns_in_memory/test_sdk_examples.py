"""Programs modelled on the SDK's human_in_the_loop examples.

They keep their own loop over interruptions, which has nothing left to do.
"""

from typing import Any

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent, Runner, RunState, function_tool


async def _needs_temperature_approval(_ctx: Any, params: dict[str, Any], _call_id: str) -> bool:
    return "Oakland" in params.get("city", "")


@function_tool(needs_approval=_needs_temperature_approval)
async def get_temperature(city: str) -> str:
    """Get the temperature for a given city."""
    return f"The temperature in {city} is 20° Celsius"


@function_tool
async def get_weather(city: str) -> str:
    """Get the weather for a given city."""
    return f"The weather in {city} is sunny."


agent = Agent[Any](
    name="Weather Assistant", instructions="Help with the weather.", tools=[get_weather, get_temperature]
)


class HumanInTheLoop(adk.Workflow):
    """``main()`` of the example, with its loop. ``Runner.run`` is the chat's."""

    async def on_message(self, turn: adk.Turn) -> None:
        result = await Runner.run(agent, turn.message.content.content)
        while len(result.interruptions) > 0:
            state: RunState[Any] = result.to_state()
            for interruption in result.interruptions:
                state.approve(interruption)
            result = await Runner.run(agent, state)
        await turn.say(str(result.final_output))


async def test_human_in_the_loop() -> None:
    async with chat(HumanInTheLoop) as hitl:
        hitl.model.script(
            [tool_call("get_weather", city="Oakland"), tool_call("get_temperature", city="Oakland")],
            text("Sunny, 20 °C."),
        )
        turn = await hitl.send("What is the weather and temperature in Oakland?")
        assert [each.asked.title for each in hitl.waiting] == ["get_temperature"]
        await hitl.approve()
        assert (turn.status, turn.answer) == ("done", "Sunny, 20 °C.")


async def test_human_in_the_loop_with_a_custom_rejection() -> None:
    async with chat(HumanInTheLoop) as hitl:
        hitl.model.script(tool_call("get_temperature", city="Oakland"), text("I may not look it up."))
        turn = await hitl.send("What is the temperature in Oakland?")
        await hitl.reject(reason="Only the weather service may.")
        assert turn.tools[0].output == "The user rejected this call. Reason: Only the weather service may."
        assert turn.answer == "I may not look it up."
