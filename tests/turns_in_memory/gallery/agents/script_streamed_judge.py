"""Shape of openai-agents-python examples/agent_patterns/llm_as_a_judge.py, with a streamed draft."""

import asyncio
from dataclasses import dataclass

from openai.types.responses import ResponseTextDeltaEvent

from agents import Agent, Runner, TResponseInputItem


@dataclass
class Feedback:
    feedback: str
    passed: bool


writer = Agent(name="Writer", instructions="Write.")
judge = Agent[None](name="Judge", instructions="Judge.", output_type=Feedback)


async def main() -> None:
    wish = input("A story of what? ")  # noqa: ASYNC250  (as in the example)
    items: list[TResponseInputItem] = [{"content": wish, "role": "user"}]
    while True:
        draft = Runner.run_streamed(writer, items)
        async for event in draft.stream_events():
            if event.type == "raw_response_event" and isinstance(event.data, ResponseTextDeltaEvent):
                print(event.data.delta, end="", flush=True)
        items = draft.to_input_list()
        verdict: Feedback = (await Runner.run(judge, items)).final_output
        if verdict.passed:
            break
        print("Again, with the feedback")
        items.append({"content": f"Feedback: {verdict.feedback}", "role": "user"})


if __name__ == "__main__":
    asyncio.run(main())
