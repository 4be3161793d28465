"""Reads an agent's file or folder: its agent or workflow, its activities, and the texts for the dashboard."""

import dataclasses
import importlib.util
import re
import unicodedata
from collections.abc import Sequence
from itertools import islice
from types import ModuleType
from typing import Any

from agentex_web.adk import agent_paths, message_handler, script_workflow
from agentex_web.adk.agent_modules import import_agent_module, replaced_in, with_imports
from agentex_web.adk.bad_agent_file import BadAgentFile, NoAgent
from agentex_web.adk.chosen_agent import has_agents, why_none, why_not
from agentex_web.adk.cut_modules import line_of_cut, what_was_cut
from agentex_web.adk.doubtful_tools import doubtful_tools
from agentex_web.adk.file_texts import description_of, starters_of, title_of
from agentex_web.adk.found_in_folders import importable
from agentex_web.adk.found_in_modules import (
    found_activities,
    found_workflows,
    place_of_call,
    place_of_name,
    where,
)
from agentex_web.adk.found_mcp_servers import named_servers, served, used_servers
from agentex_web.adk.found_models import agents_in, found_models, found_providers
from agentex_web.adk.found_tools import switches
from agentex_web.adk.memory_tools import has_memory
from agentex_web.adk.offered_workflows import agent_without_workflow, offered_by, takes_no_messages
from agentex_web.adk.run_options import chosen_options, unused_options
from agentex_web.adk.shared_data import shared_data
from agentex_web.adk.started_programs import what_is_not_started
from agentex_web.compat import guide, sdk_defaults
from agentex_web.compat.mcp_servers import UnusableServer
from agentex_web.names import FILE_NAME_LENGTH
from agentex_web.turns.authors_modules import AGENTS
from agentex_web.turns.options import MAX_TURNS
from agentex_web.turns.registry import AgentDescription
from agentex_web.turns.run_settings import BadSetting, read_hooks, read_settings
from agentex_web.turns.unusable_parts import unusable_part
from agents import Agent

MOST_TURNS = 10_000


def import_agent(name: str) -> ModuleType:
    """Imports an agent's file, or the first file of its folder that has an agent or a workflow.

    Args:
        name: the name of the file or folder in agents/.

    Raises:
        BadAgentFile: the name is invalid or not unique, or no file of the folder has an agent or a workflow.
    """
    paths = agent_paths.paths_of(name)
    if len(paths) > 1:
        both = " and ".join(agent_paths.shown(each) for each in paths)
        raise BadAgentFile(f"{both} have the same name. Rename one.")
    if not paths or not all(each.isalnum() or each in "-_" for each in name):
        raise BadAgentFile(
            f"agents/{name} is not a valid agent name. Use letters, digits, - and _, as in: {_valid(name)}."
        )
    if len(name) > FILE_NAME_LENGTH:
        raise BadAgentFile(f"agents/{name}: the name is longer than {FILE_NAME_LENGTH} characters.")
    own = agent_paths.module_name(name)
    without: list[ModuleType] = []
    for relative in agent_paths.entries(paths[0]):
        module = import_agent_module(f"{AGENTS}{own}.{relative}".removesuffix("."))
        if (
            paths[0].is_file()
            or message_handler.has_handler(module)
            or agent_without_workflow(module) is not None
            or found_workflows(with_imports(module))
            or script_workflow.workflow_of(module, name) is not None
        ):
            return module
        without.append(module)
    shown = agent_paths.shown(paths[0])
    # A module with an agent that cannot be used gives a better explanation than one without any agent.
    if unusable := [each for each in without if has_agents(each)]:
        raise NoAgent(why_none(unusable[0]))
    if paths[0].is_dir() and (lines := list(islice(importable(paths[0]), 3))):
        entry = agent_paths.free_entry(paths[0])
        raise NoAgent(f"{shown} has no {entry}. Write it, with one line: {' or '.join(lines)}")
    raise NoAgent(
        f"{shown} has no agent. Write: agent = Agent(name=…, instructions=…) in {shown}/"
        f"{agent_paths.free_entry(paths[0])}, or a workflow in {shown}/workflow.py."
    )


def _valid(name: str) -> str:
    """A similar name that is valid. Letters with a separate accent, as macOS writes them, are composed."""
    composed = unicodedata.normalize("NFC", name)
    return re.sub(
        r"_+", "_", "".join(each if each.isalnum() or each in "-_" else "_" for each in composed)
    ).strip("_")


def describe(name: str, module: ModuleType) -> AgentDescription:
    """Finds the agent or workflow of a module, and all that belongs to it.

    Raises:
        BadAgentFile: the module has neither an agent nor a workflow, or one of its parts cannot be used.
    """
    file = agent_paths.shown_module(module)
    agent = agent_without_workflow(module)
    modules = _modules(module)
    offered = offered_by(module)
    workflows = [guide.adapt(each) for each in found_workflows(modules)]
    if len(offered) > 1:
        both = " and ".join(f"{each.__name__} ({where(each)})" for each in offered)
        raise BadAgentFile(f"{both} both take messages. Move one to another file or folder in agents/.")
    if agent is None and not offered:
        if workflows:
            raise BadAgentFile(takes_no_messages(workflows[0]))
        cut = "" if has_agents(module, line_of_cut(module)) else what_was_cut([module, *modules])
        raise NoAgent(cut or why_none(module, script_workflow.why_no_script(module)))
    if agent is not None and not isinstance(agent, Agent):
        raise BadAgentFile(why_not(module, agent))
    for each in agents_in([module, *modules]):
        if (unusable := unusable_part(each)) is not None:
            raise BadAgentFile(f"{place_of_call([module, *modules], unusable[0]) or file}: {unusable[1]}")
    try:
        names = {**({} if offered else chosen_options(module, agent)), **vars(module)}
        provider = sdk_defaults.provider_of([module, *modules])
        settings = read_settings(names, provider, has_workflow=bool(offered))
        settings = dataclasses.replace(settings, memory=has_memory(agents_in([module, *modules])))
        hooks = read_hooks(names.get("HOOKS"))
        servers = {**named_servers(name, module, modules), **served(name, agents_in([module, *modules]))}
        tools = switches(agents_in([module, *modules]), settings.options, has_servers=bool(servers))
    except (BadSetting, UnusableServer) as error:
        raise BadAgentFile(f"{place_of_name(module, str(error)) or file}: {error}") from None
    return AgentDescription(
        name=name,
        title=title_of(name, module, agent),
        agent=agent,
        description=description_of(module, agent),
        starters=starters_of(module),
        allow_manual_result=bool(getattr(module, "ALLOW_MANUAL_RESULT", False)),
        edit_answers=bool(getattr(module, "EDIT_ANSWERS", False)),
        hooks=hooks,
        settings=settings,
        max_turns=_max_turns(file, names.get("MAX_TURNS", MAX_TURNS)),
        workflow=offered[0] if offered else None,
        other_workflows=tuple(each for each in workflows if each not in offered),
        activities=tuple(found_activities(modules)),
        tools=tools,
        models=found_models(name, [module, *modules]),
        providers=found_providers(name, [module, *modules]),
        mcp_servers=servers,
        used_servers=used_servers([module, *modules]),
        file=file,
        warnings=_warnings([module, *modules], None if offered else agent, offered),
    )


def _warnings(
    modules: list[ModuleType], agent: Agent[Any] | None, offered: Sequence[type]
) -> tuple[str, ...]:
    is_script = any(map(script_workflow.is_script, offered))
    cut = "" if is_script else what_was_cut(modules)
    started = "" if is_script else what_is_not_started(modules[0])
    doubtful = doubtful_tools(agents_in(modules), agent_paths.shown_module(modules[0]))
    found = (
        cut,
        unused_options(modules[0], agent),
        _replaced(modules),
        started,
        doubtful,
        shared_data(modules),
    )
    return tuple(each for each in found if each)


def _replaced(modules: list[ModuleType]) -> str:
    names = [name for name in replaced_in(modules) if name != "nest_asyncio"]
    if not names:
        return ""
    *others, last = names
    file, listed = agent_paths.shown_module(modules[0]), f"{', '.join(others)} and {last}" if others else last
    return f"{file} uses {listed}. This chat is the page of its agent, so calls of {listed} do nothing."


def _modules(module: ModuleType) -> list[ModuleType]:
    """The module, the modules that it imports, and ``activities`` of the same folder with its imports."""
    modules = with_imports(module)
    folder = module.__name__.rpartition(".")[0]
    if folder.startswith(AGENTS) and importlib.util.find_spec(f"{folder}.activities"):
        known = {each.__name__ for each in modules}
        more = with_imports(import_agent_module(f"{folder}.activities"))
        modules += [each for each in more if each.__name__ not in known]
    return modules


def _max_turns(file: str, value: object) -> int:
    if type(value) is not int or not 0 < value <= MOST_TURNS:
        raise BadAgentFile(
            f"{file}: MAX_TURNS is {value!r:.40}; write a whole number from 1 to {MOST_TURNS:,}."
        )
    return value
