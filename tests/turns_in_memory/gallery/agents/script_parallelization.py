"""Shape of openai-agents-python examples/agent_patterns/parallelization.py, with a text in place of input()."""

import asyncio

from agents import Agent, ItemHelpers, Runner

translator = Agent(name="Translator", instructions="Translate to Spanish.")
picker = Agent(name="Picker", instructions="Pick the best translation.")


async def main() -> None:
    text = "Good morning!"
    results = await asyncio.gather(*(Runner.run(translator, text) for _ in range(2)))
    options = "\n".join(ItemHelpers.text_message_outputs(each.new_items) for each in results)
    best = await Runner.run(picker, f"Input: {text}\n\nTranslations:\n{options}")
    print("\n\n-----")
    print(f"Best translation: {best.final_output}")


if __name__ == "__main__":
    asyncio.run(main())
