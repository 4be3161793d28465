"""The names of the modules in agents/. Standard library only."""

AGENTS = "agentex_web.agents."
"""The beginning of their full names (adk/agent_modules.py)."""


def file_of(module: str) -> str:
    """The module of the file or folder of agents/ that a module belongs to; others are returned unchanged."""
    return AGENTS + module.removeprefix(AGENTS).partition(".")[0] if module.startswith(AGENTS) else module
