"""Loads the agent that a test names by a path, a module, an ``Agent`` or a workflow, as the worker would."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import agentex_web.agents
from agentex_web.adk.agent_file import describe, import_agent
from agentex_web.adk.agent_paths import module_name
from agentex_web.adk.contained_import import contained
from agentex_web.adk.memory_tools import has_memory
from agentex_web.turns.authors_modules import AGENTS
from agentex_web.turns.registry import AgentDescription
from agentex_web.turns.run_settings import RunSettings
from agents import Agent

Target = str | Path | ModuleType | Agent[Any] | type


def description_of(target: Target, activities: Sequence[Callable[..., Any]]) -> AgentDescription:
    """The description that the worker would make of the file, agent or workflow.

    Raises:
        BadAgentFile: the file has neither an agent nor a workflow.
        FileNotFoundError: the file does not exist.
    """
    if isinstance(target, Agent):
        name = target.name.casefold().replace(" ", "_")
        settings = RunSettings(memory=has_memory([target]))
        return AgentDescription(name, target.name, target, activities=tuple(activities), settings=settings)
    if isinstance(target, type):
        name = target.__name__.casefold()
        return AgentDescription(name, target.__name__, None, workflow=target, activities=tuple(activities))
    if isinstance(target, ModuleType):
        found = describe(target.__name__.rpartition(".")[2], target)
    else:
        found = load_file(Path(target))
    own = [each for each in activities if each not in found.activities]
    return _with_activities(found, own)


def _with_activities(found: AgentDescription, more: Sequence[Callable[..., Any]]) -> AgentDescription:
    return AgentDescription(**{**vars(found), "activities": (*found.activities, *more)})


def load_file(path: Path) -> AgentDescription:
    """Describes an agent's file or folder, imported under the same name as in the worker."""
    file = path.resolve()
    if not file.exists():
        raise FileNotFoundError(f"There is no agent's file {path}.")
    folder, name = str(file.parent), file.stem
    _forget_others(f"{AGENTS}{module_name(name)}", file)
    search: list[str] = agentex_web.agents.__path__
    search.insert(0, folder)
    try:
        importlib.invalidate_caches()
        with _some_key(), contained():
            return describe(name, import_agent(name))
    finally:
        search.remove(folder)


@contextmanager
def _some_key() -> Iterator[None]:
    """Sets OPENAI_API_KEY while a file is imported, as it is in production: many files end without it."""
    if "OPENAI_API_KEY" in os.environ:
        yield
        return
    os.environ["OPENAI_API_KEY"] = "none"
    try:
        yield
    finally:
        del os.environ["OPENAI_API_KEY"]


def _forget_others(name: str, file: Path) -> None:
    """Removes the modules of another folder's agent with the same name from ``sys.modules``."""
    within = f"{name}."
    for each in [each for each in sys.modules if each.startswith(name) and f"{each}.".startswith(within)]:
        source = getattr(sys.modules[each], "__file__", None)
        if source is None or not Path(source).is_relative_to(file):
            del sys.modules[each]
