"""A child workflow asks, needs an approval, waits, and says how to undo what it did."""

from datetime import timedelta

from temporalio import workflow

from agentex_web import adk
from agents import Agent, Runner, function_tool


@function_tool(needs_approval=True)
async def delete_file(name: str) -> str:
    """Deletes a file."""
    return f"{name} is deleted"


cleaner = Agent(name="Cleaner", instructions="Clean.", tools=[delete_file])


@workflow.defn
class Cleaning:
    @workflow.run
    async def run(self, what: str) -> str:
        name = await adk.ask("Who is it for?")
        result = await Runner.run(cleaner, f"{what} for {name}")
        return str(result.final_output)


class Parent(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        words = turn.message.content.content
        cleaned = await workflow.execute_child_workflow(Cleaning.run, words)
        await turn.sleep(timedelta(days=1), reason="It dries")
        await turn.say(cleaned)
