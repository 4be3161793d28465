"""A child workflow: it runs an agent with a plain function as its tool, and has a child of its own."""

from _proofreader import Proofreader

from agentex_web.adk import TaskParams, workflow
from agents import Agent, Runner, function_tool


@function_tool
def shelf_of(word: str) -> str:
    """Where books about it stand."""
    return f"{word} is on shelf 4"


@workflow.defn
class Researcher:
    @workflow.run
    async def run(self, params: TaskParams) -> str:
        agent = Agent(name="Researcher", instructions="Research.", tools=[shelf_of])
        result = await Runner.run(agent, "research it")
        await workflow.execute_child_workflow(Proofreader.run, params)
        return str(result.final_output)
