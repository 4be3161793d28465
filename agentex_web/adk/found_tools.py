"""Finds the tools of an agent's file that people may switch off."""

from collections.abc import Iterable
from typing import Any

from agentex_web.turns.choosing import Options
from agentex_web.turns.run_settings import BadSetting
from agents import Agent

MOST = 200
"""At most this many tools are in the menu; a form of Django has 1,000 fields."""


def switches(agents: Iterable[Agent[Any]], options: Options, *, has_servers: bool = False) -> dict[str, str]:
    """The menu's text for each tool, by the tool's name: the first line of its description.

    Args:
        agents: the agents of the file.
        has_servers: the agents also have tools of MCP servers. OPTIONS may then name any, because their names
            are not known before a server is asked.

    Raises:
        BadSetting: OPTIONS names a tool that no agent of the file has, or the menu would have too many.
    """
    found = {
        str(tool.name): _first_line(getattr(tool, "description", ""))
        for agent in agents
        for tool in agent.tools
    }
    if not isinstance(options.tools, bool):
        for name in options.tools:
            if name not in found and not has_servers:
                known = ", ".join(found) or "none"
                raise BadSetting(f"OPTIONS: no agent of the file has a tool “{name}”. Its tools: {known}.")
            found.setdefault(name, "")
    shown = {name: text for name, text in found.items() if options.may_switch_off(name)}
    if len(shown) > MOST:
        raise BadSetting(
            f"OPTIONS: a menu has at most {MOST} tools; there are {len(shown)}. Name those that matter: "
            "tools=[…]."
        )
    return shown


def _first_line(text: Any) -> str:
    lines = text.strip().splitlines() if isinstance(text, str) else []
    return lines[0][:200] if lines else ""
