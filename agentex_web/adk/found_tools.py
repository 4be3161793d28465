"""Finds the tools of an agent's file that people may switch off."""

from collections.abc import Iterable
from typing import Any

from agentex_web.turns.choosing import Options
from agentex_web.turns.run_settings import BadSetting
from agents import Agent


def switches(agents: Iterable[Agent[Any]], options: Options) -> dict[str, str]:
    """The menu's text for each tool, by the tool's name: the first line of its description.

    Args:
        agents: the agents of the file.

    Raises:
        BadSetting: OPTIONS names a tool that no agent of the file has.
    """
    found = {
        str(tool.name): _first_line(getattr(tool, "description", ""))
        for agent in agents
        for tool in agent.tools
    }
    if not isinstance(options.tools, bool):
        for name in options.tools:
            if name not in found:
                known = ", ".join(found) or "none"
                raise BadSetting(f"OPTIONS: no agent of the file has a tool “{name}”. Its tools: {known}.")
    return {name: text for name, text in found.items() if options.may_switch_off(name)}


def _first_line(text: Any) -> str:
    lines = text.strip().splitlines() if isinstance(text, str) else []
    return lines[0][:200] if lines else ""
