"""Tools of the SDK that cannot work in a durable agent, and what to write instead."""

from typing import Any

from agentex_web.turns.author_errors import AuthorError
from agents import Agent, ComputerTool, LocalShellTool

_REMEDIES: dict[type, str] = {
    ComputerTool: (
        "A ComputerTool holds a live browser or screen, which a workflow cannot keep over restarts. Give the "
        "agent function tools that do what it needs there, or an MCP server such as Playwright's."
    ),
    LocalShellTool: "A LocalShellTool cannot be sent to the model. Use ShellTool(executor=…).",
}


class UnusableTool(AuthorError):
    """An agent has a tool that cannot work here."""


def unusable_tool(agent: Agent[Any]) -> tuple[str, str] | None:
    """The class of the agent's first tool that cannot work, and a sentence with the remedy."""
    for kind, remedy in _REMEDIES.items():
        if any(isinstance(tool, kind) for tool in agent.tools):
            return kind.__name__, remedy
    return None
