"""Shape of courses' context examples: the context's class, the tool and the agent are inside of main()."""

import asyncio
from dataclasses import dataclass

from agents import Agent, RunContextWrapper, Runner, function_tool


async def main() -> None:
    @dataclass
    class User:
        name: str
        uid: int

    user = User(name="Ada", uid=7)
    unit = "years"

    @function_tool
    async def fetch_age(wrapper: RunContextWrapper[User]) -> str:
        """Looks up the user's age."""
        wrapper.context.uid += 1
        return f"{wrapper.context.name} is 36 {unit} old, {wrapper.context.uid}"

    agent = Agent[User](name="Assistant", tools=[fetch_age])
    result = await Runner.run(starting_agent=agent, input="How old am I?", context=user)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())
