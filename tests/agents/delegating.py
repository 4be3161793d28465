"""Calls that need an approval: of an agent that is a tool, within one, of an activity, of some arguments."""

from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agentex_web import adk
from agents import Agent, RunContextWrapper, function_tool


@function_tool(needs_approval=True)
async def delete_file(name: str) -> str:
    """Deletes a file."""
    return f"{name} is deleted"


@activity.defn
async def send_mail(to: str) -> str:
    """Sends a mail."""
    return f"mail to {to}"


async def is_much(_context: RunContextWrapper[Any], arguments: dict[str, Any], _call: str) -> bool:
    return float(arguments["amount"]) > 100


@adk.Approval(group="finance", people=2, deadline=timedelta(hours=1))
@function_tool(needs_approval=is_much)
async def pay(amount: int) -> str:
    """Pays."""
    return f"{amount} paid"


def _approved(tool: Any) -> Any:
    tool.needs_approval = True
    return tool


cleaner = Agent[Any](name="Cleaner", instructions="Clean.", tools=[delete_file])
archive = Agent[Any](name="Archive", instructions="Answer.")
agent = Agent[Any](
    name="Boss",
    instructions="Delegate.",
    tools=[
        cleaner.as_tool("clean_up", "Cleans up."),
        archive.as_tool("ask_archive", "Asks the archive.", needs_approval=True),
        _approved(activity_as_tool(send_mail, start_to_close_timeout=timedelta(minutes=1))),
        pay,
    ],
)
