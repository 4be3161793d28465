"""Shape of openai-agents-python examples/basic/lifecycle_example.py."""

from typing import Any

from pydantic import BaseModel

from agents import Agent, RunHooks, Tool, function_tool


class Log(BaseModel):
    events: list[str] = []


class Logging(RunHooks[Log]):
    async def on_agent_start(self, context: Any, agent: Any) -> None:
        context.context.events.append(f"{agent.name} starts")

    async def on_tool_end(self, context: Any, agent: Any, tool: Tool, result: object) -> None:
        context.context.events.append(f"{agent.name}: {tool.name} gave {result}")

    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        context.context.events.append(f"{from_agent.name} to {to_agent.name}")


@function_tool
def double(number: int) -> int:
    """Twice the number."""
    return 2 * number


CONTEXT = Log
HOOKS = Logging()
doubler = Agent[Log](name="Doubler", instructions="Double the number.", tools=[double])
agent = Agent[Log](name="Starter", instructions="Hand odd numbers over.", handoffs=[doubler])
