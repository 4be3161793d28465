"""From what a test names, a path, a module, an agent or a workflow, to what the worker would serve."""

import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import agentex_web.agents
from agentex_web.adk.agent_file import describe, import_agent
from agentex_web.turns.registry import AgentDescription
from agents import Agent

Target = str | Path | ModuleType | Agent[Any] | type


def description_of(target: Target, activities: Sequence[Callable[..., Any]]) -> AgentDescription:
    """The description that the worker would make of the file, agent or workflow.

    Raises:
        BadAgentFile: the file offers neither an agent nor a workflow.
        FileNotFoundError: there is no such file.
    """
    if isinstance(target, Agent):
        name = target.name.casefold().replace(" ", "_")
        return AgentDescription(name, target.name, target, activities=tuple(activities))
    if isinstance(target, type):
        name = target.__name__.casefold()
        return AgentDescription(name, target.__name__, None, workflow=target, activities=tuple(activities))
    module = target if isinstance(target, ModuleType) else import_file(Path(target))
    found = describe(module.__name__.rpartition(".")[2], module)
    own = [each for each in activities if each not in found.activities]
    return _with_activities(found, own)


def _with_activities(found: AgentDescription, more: Sequence[Callable[..., Any]]) -> AgentDescription:
    return AgentDescription(**{**vars(found), "activities": (*found.activities, *more)})


def import_file(path: Path) -> ModuleType:
    """The module of an agent's file, imported under the name that it has for the worker."""
    file = path.resolve()
    if not file.exists():
        raise FileNotFoundError(f"There is no agent's file {path}.")
    folder, name = str(file.parent), f"agentex_web.agents.{file.stem}"
    loaded = sys.modules.get(name)
    if loaded is not None and loaded.__file__ == str(file):
        return loaded
    sys.modules.pop(name, None)
    search: list[str] = agentex_web.agents.__path__
    search.insert(0, folder)
    try:
        importlib.invalidate_caches()
        return import_agent(name)
    finally:
        search.remove(folder)
