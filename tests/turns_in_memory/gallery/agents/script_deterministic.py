"""Shape of openai-agents-python examples/agent_patterns/deterministic.py, as it is."""

import asyncio

from examples.auto_mode import input_with_fallback
from pydantic import BaseModel

from agents import Agent, Runner, trace


class Verdict(BaseModel):
    good: bool


outliner = Agent(name="Outliner", instructions="Outline a story.")
checker = Agent(name="Checker", instructions="Is it good?", output_type=Verdict)
writer = Agent(name="Writer", instructions="Write the story.")


async def main() -> None:
    wish = input_with_fallback("What kind of story? ", "A short one.")
    with trace("Story"):
        outline = await Runner.run(outliner, wish)
        print("Outline generated")
        verdict = await Runner.run(checker, outline.final_output)
        assert isinstance(verdict.final_output, Verdict)
        if not verdict.final_output.good:
            print("Outline is not good, so we stop here.")
            exit(0)
        story = await Runner.run(writer, outline.final_output)
        print(f"Story: {story.final_output}")


if __name__ == "__main__":
    asyncio.run(main())
