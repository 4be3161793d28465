"""Shape of openai-agents-python examples/basic/stream_items.py."""

from agentex_web import adk
from agents import Agent, ItemHelpers, Runner, function_tool


@function_tool
def how_many() -> int:
    """How many jokes to tell."""
    return 2


joker = Agent(name="Joker", instructions="Call how_many, then tell that many jokes.", tools=[how_many])


class Items(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        result = Runner.run_streamed(joker, list(turn.input))
        async for event in result.stream_events():
            if event.type != "run_item_stream_event":
                continue
            if event.item.type == "tool_call_output_item":
                await turn.say(f"The tool gave {event.item.output}", author="system")
            elif event.item.type == "message_output_item":
                said = ItemHelpers.text_message_output(event.item)
                await turn.say(f"It said {said}", author="system")
