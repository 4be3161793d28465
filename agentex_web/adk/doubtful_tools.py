"""Warns of tools that the model can call, but that cannot do what their author means."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from agents import Agent, FunctionTool


def doubtful_tools(agents: Iterable[Agent[Any]], file: str) -> str:
    """A sentence for the first such tool, with the remedy; empty if there is none."""
    for agent in agents:
        tools = [each for each in agent.tools if isinstance(each, FunctionTool)]
        for tool in tools:
            if next(iter((tool.params_json_schema or {}).get("properties") or ()), "") == "self":
                return (
                    f"{file}: the tool “{tool.name}” of “{agent.name}” is a method, and the "
                    "model would have to give its self. Take @function_tool off the method, and write: "
                    f"tools=[function_tool(….{tool.name})], with your object in place of the dots."
                )
        # A tool whose `is_enabled` is a function is left out: only that function knows when the tool is
        # offered.
        names = Counter(each.qualified_name for each in tools if each.is_enabled is True)
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            return (
                f"{file}: two tools of “{agent.name}” are named “{twice[0]}”, and only one of "
                "them is called. Rename one."
            )
    return ""
