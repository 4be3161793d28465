"""Finds the files in agents/, imports each, and says what it offers or what is wrong with it."""

import importlib
import pkgutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from temporalio import activity, workflow

import agentex_web.agents
from agentex_web.adk import workflow as adk_workflow
from agentex_web.turns.registry import AgentDescription
from agents import Agent


class BadAgentFile(Exception):
    """A file that imports, but offers no agent; the text says what to write."""


@dataclass
class Catalog:
    """What was found: agents by name, and for each file that offers none, why."""

    agents: dict[str, AgentDescription] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


def load_catalog() -> Catalog:
    """Imports every file and folder in agents/ whose name does not begin with an underscore."""
    catalog = Catalog()
    taken: dict[str, str] = {}
    for found in sorted(pkgutil.iter_modules(agentex_web.agents.__path__), key=lambda each: each.name):
        if found.name.startswith("_"):
            continue
        try:
            module = _import(f"agentex_web.agents.{found.name}")
            description = describe(found.name, module)
            _take_names(description, taken)
        except BadAgentFile as error:
            catalog.broken[found.name] = str(error)
        except (Exception, SystemExit) as error:  # noqa: BLE001  (a file may raise anything)
            catalog.broken[found.name] = _told(error)
        else:
            catalog.agents[found.name] = description
    return catalog


def _import(name: str) -> ModuleType:
    """Imports an agent's file, whose workflows may be written without ``run``, as in the guide."""
    workflow.defn = adk_workflow.defn
    try:
        return importlib.import_module(name)
    finally:
        workflow.defn = adk_workflow.temporal_defn


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
        hooks=getattr(module, "HOOKS", None),
        max_turns=getattr(module, "MAX_TURNS", 30),
        workflow=own_workflow,
        activities=tuple(_own_activities(module)),
        mcp_servers=getattr(module, "MCP_SERVERS", {}),
    )


def _own_workflow(module: ModuleType) -> type | None:
    own = [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and each.__module__ == module.__name__
        and workflow._Definition.from_class(each) is not None
    ]
    if len(own) > 1:
        raise BadAgentFile(f"It defines {len(own)} workflows; put each into a file of its own.")
    return own[0] if own else None


def _own_activities(module: ModuleType) -> list[Callable[..., Any]]:
    return [
        each
        for each in vars(module).values()
        if callable(each)
        and getattr(each, "__module__", None) == module.__name__
        and activity._Definition.from_callable(each) is not None
    ]


def _take_names(description: AgentDescription, taken: dict[str, str]) -> None:
    """Two activities of one name would stop the whole worker; here they cost one file."""
    names = [str(activity._Definition.must_from_callable(each).name) for each in description.activities]
    if description.workflow is not None:
        names.append(str(workflow._Definition.must_from_class(description.workflow).name))
    for each in names:
        if each in taken:
            raise BadAgentFile(
                f"Its activity or workflow “{each}” is also in agents/{taken[each]}.py. Rename one."
            )
    taken.update(dict.fromkeys(names, description.name))


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


def _told(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in where if "importlib" not in frame.filename]
    line = (
        f" (line {own[-1].lineno} of {own[-1].name if own[-1].name != '<module>' else 'the file'})"
        if own
        else ""
    )
    if isinstance(error, SyntaxError):
        line = f" (line {error.lineno})"
    return f"{type(error).__name__}: {error}{line}"
