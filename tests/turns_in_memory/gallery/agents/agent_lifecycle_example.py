"""Shape of openai-agents-python examples/basic/agent_lifecycle_example.py."""

from typing import Any

from pydantic import BaseModel

from agents import Agent, AgentHooks


class Log(BaseModel):
    events: list[str] = []


class OfAgent(AgentHooks[Log]):
    def __init__(self, title: str) -> None:
        self.title = title

    async def on_start(self, context: Any, agent: Any) -> None:
        context.context.events.append(f"{self.title}: {agent.name} starts")

    async def on_end(self, context: Any, agent: Any, output: Any) -> None:
        context.context.events.append(f"{self.title}: {agent.name} said {output}")


CONTEXT = Log
agent = Agent[Log](name="Starter", instructions="Be brief.", hooks=OfAgent("Start agent"))
