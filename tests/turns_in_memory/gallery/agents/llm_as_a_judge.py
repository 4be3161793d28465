"""Shape of openai-agents-python examples/agent_patterns/llm_as_a_judge.py."""

from dataclasses import dataclass
from typing import Literal

from agentex_web import adk
from agents import Agent


@dataclass
class Feedback:
    feedback: str
    score: Literal["pass", "needs_improvement"]


writer = Agent(name="Writer", instructions="Outline a story; use the feedback.")
judge = Agent(name="Judge", instructions="Judge the outline.", output_type=Feedback)


class Judged(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        items = [*await turn.history(), *turn.input]
        while True:
            outline = await turn.run(writer, items)
            verdict = await turn.run(judge, outline.to_input_list(), quiet=True)
            if verdict.final_output.score == "pass":
                return
            asked = {"role": "user", "content": f"Feedback: {verdict.final_output.feedback}"}
            items = [*outline.to_input_list(), asked]
