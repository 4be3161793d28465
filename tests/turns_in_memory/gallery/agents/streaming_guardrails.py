"""Shape of openai-agents-python examples/agent_patterns/streaming_guardrails.py."""

from pydantic import BaseModel

from agentex_web import adk
from agents import Agent, Runner


class Verdict(BaseModel):
    simple: bool


teacher = Agent(name="Teacher", instructions="Explain black holes.")
judge = Agent(name="Judge", instructions="Would a ten year old understand?", output_type=Verdict)


class Watched(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        result = Runner.run_streamed(teacher, list(turn.input))
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                verdict = await turn.run(judge, event.data.delta, quiet=True)
                if not verdict.final_output.simple:
                    await turn.say("That was too hard; ask again for a simpler answer.")
