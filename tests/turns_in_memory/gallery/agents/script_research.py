"""Shape of openai-agents-python examples/research_bot: a class runs the agents, and prints a report."""

import asyncio
import time

from pydantic import BaseModel

from agents import Agent, Runner, custom_span, gen_trace_id, trace


class Plan(BaseModel):
    searches: list[str]


class Report(BaseModel):
    summary: str
    report: str


planner = Agent(name="Planner", instructions="Plan.", output_type=Plan)
searcher = Agent(name="Searcher", instructions="Search.")
writer = Agent(name="Writer", instructions="Write.", output_type=Report)


class Manager:
    async def run(self, query: str) -> None:
        with trace("Research", trace_id=gen_trace_id()):
            began = time.time()
            plan = (await Runner.run(planner, query)).final_output_as(Plan)
            with custom_span("Search"):
                tasks = [asyncio.create_task(self._search(each)) for each in plan.searches]
                found = [await each for each in asyncio.as_completed(tasks)]
            report = (await Runner.run(writer, f"{query}: {found}")).final_output_as(Report)
        print(f"Report\n\n{report.report}")
        print(f"Took {time.time() - began >= 0}")

    async def _search(self, query: str) -> str:
        return str((await Runner.run(searcher, query)).final_output)


async def main() -> None:
    query = input("What would you like to research? ")  # noqa: ASYNC250  (as in the example)
    await Manager().run(query)


if __name__ == "__main__":
    asyncio.run(main())
