"""Shape of openai-agents-python examples/basic/stream_text.py."""

from agentex_web import adk
from agents import Agent, Runner

joker = Agent(name="Joker", instructions="You are helpful.")


class Streaming(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        result = Runner.run_streamed(joker, [*await turn.history(), *turn.input])
        letters = 0
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                letters += len(event.data.delta)
        await turn.say(f"{letters} letters", author="system")
