"""Shape of openai-agents-python examples/agent_patterns/deterministic.py."""

from pydantic import BaseModel

from agentex_web import adk
from agents import Agent


class Verdict(BaseModel):
    good: bool


outliner = Agent(name="Outliner", instructions="Outline a story.")
checker = Agent(name="Checker", instructions="Is it good?", output_type=Verdict)
writer = Agent(name="Writer", instructions="Write the story.")


class Deterministic(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        outline = await turn.run(outliner, turn.input, quiet=True)
        verdict = await turn.run(checker, outline.final_output, quiet=True)
        if not verdict.final_output.good:
            await turn.say("The outline is not good enough.")
            return
        await turn.run(writer, outline.final_output)
