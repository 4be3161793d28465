"""Shape of openai-agents-python examples/agent_patterns/parallelization.py."""

import asyncio

from agentex_web import adk
from agents import Agent

translator = Agent(name="Translator", instructions="Translate to Spanish.")
picker = Agent(name="Picker", instructions="Pick the best translation.")


class Parallel(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        drafts = await asyncio.gather(*(turn.run(translator, turn.input, quiet=True) for _ in range(3)))
        await turn.run(picker, "\n".join(each.final_output for each in drafts))
