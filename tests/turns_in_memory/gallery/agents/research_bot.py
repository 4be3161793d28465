"""Shape of openai-agents-python examples/research_bot."""

import asyncio

from pydantic import BaseModel

from agentex_web import adk
from agents import Agent, WebSearchTool


class Plan(BaseModel):
    searches: list[str]


class Report(BaseModel):
    summary: str


planner = Agent(name="Planner", instructions="Plan searches.", output_type=Plan)
searcher = Agent(name="Searcher", instructions="Search.", tools=[WebSearchTool()])
writer = Agent(name="Writer", instructions="Write a report.", output_type=Report)


class Research(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        plan = await turn.run(planner, turn.input, quiet=True)
        found = await asyncio.gather(
            *(turn.run(searcher, each, quiet=True) for each in plan.final_output.searches)
        )
        await turn.run(writer, "\n".join(each.final_output for each in found))
