"""Two agents that work at the same time."""

from agentex_web.adk.testing import Chat
from agents import Agent, function_tool

DONE: list[str] = []


@function_tool
def slow(what: str) -> str:
    """Is held by the test."""
    DONE.append(what)
    return f"slow {what}"


@function_tool
def quick(what: str) -> str:
    """Is held by the test."""
    DONE.append(what)
    return f"quick {what}"


@function_tool(needs_approval=True)
def delete(what: str) -> str:
    """Needs an approval."""
    DONE.append(what)
    return f"deleted {what}"


left = Agent(name="Left", instructions="Be slow.", tools=[slow, quick, delete])


right = Agent(name="Right", instructions="Be quick.", tools=[quick])


def runs(box: Chat) -> int:
    return len(box.temporal.runs_of(box.workflow_id))


def outputs(items: list[dict[str, object]]) -> list[object]:
    return [each["output"] for each in items if each.get("type") == "function_call_output"]
