"""The names of the modules in agents/. Standard library only."""

AGENTS = "agentex_web.agents."
"""The beginning of their full names (adk/agent_modules.py)."""
