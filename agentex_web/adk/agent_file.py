"""Reads an agent's file: its agent or workflow, its activities, and the texts that the dashboard shows."""

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from agentex_web.compat import guide
from agentex_web.compat.temporal_definitions import is_activity, is_workflow
from agentex_web.turns.registry import AgentDescription
from agentex_web.turns.turn import MAX_TURNS
from agents import Agent


class BadAgentFile(Exception):
    """A file that imports, but offers no agent; the text says what to write."""


def import_agent(name: str) -> ModuleType:
    """Imports an agent's file, whose workflows may be written without ``run``, as in the guide."""
    with guide.without_run():
        return importlib.import_module(name)


def describe(name: str, module: ModuleType) -> AgentDescription:
    """
    Raises:
        BadAgentFile: the module has neither an agent nor a workflow, or something of the wrong type.
    """
    agent = getattr(module, "agent", None)
    own_workflow = _own_workflow(module)
    if agent is None and own_workflow is None:
        raise BadAgentFile(
            f"It defines no agent. Write: agent = Agent(name=…, instructions=…) in agents/{name}.py."
        )
    if agent is not None and not isinstance(agent, Agent):
        raise BadAgentFile(f"Its `agent` is a {type(agent).__name__} and not an agents.Agent.")
    return AgentDescription(
        name=name,
        title=_text(module, "TITLE") or (agent.name if agent else name.replace("_", " ").capitalize()),
        agent=agent,
        description=_text(module, "DESCRIPTION") or _first_paragraph(module.__doc__),
        starters=_starters(module),
        allow_manual_result=bool(getattr(module, "ALLOW_MANUAL_RESULT", False)),
        hooks=getattr(module, "HOOKS", None),
        max_turns=getattr(module, "MAX_TURNS", MAX_TURNS),
        workflow=own_workflow,
        activities=tuple(_own_activities(module)),
        mcp_servers=getattr(module, "MCP_SERVERS", {}),
    )


def _own_workflow(module: ModuleType) -> type | None:
    own = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__ and is_workflow(each)
    ]
    if len(own) > 1:
        raise BadAgentFile(f"It defines {len(own)} workflows; put each into a file of its own.")
    return guide.adapt(own[0]) if own else None


def _own_activities(module: ModuleType) -> list[Callable[..., Any]]:
    return [
        each
        for each in vars(module).values()
        if callable(each) and getattr(each, "__module__", None) == module.__name__ and is_activity(each)
    ]


def _text(module: ModuleType, name: str) -> str:
    value = getattr(module, name, "")
    if not isinstance(value, str):
        raise BadAgentFile(f"Its {name} is a {type(value).__name__} and not a text.")
    return value.strip()


def _starters(module: ModuleType) -> tuple[str, ...]:
    value = getattr(module, "STARTERS", ())
    if isinstance(value, str) or not all(isinstance(each, str) for each in value):
        raise BadAgentFile("Its STARTERS is not a list of texts.")
    return tuple(value)


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())
