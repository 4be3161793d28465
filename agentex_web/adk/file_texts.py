"""The texts of an agent's file for the start page: title, description and suggestions for a first message."""

from types import ModuleType
from typing import Any

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.compat.agentex_sdk.manifest import manifest_of
from agents import Agent

MOST_STARTERS, LONGEST_STARTER, LONGEST_DESCRIPTION = 20, 2_000, 2_000
"""Limits on these texts, because each person's start page shows them."""


def title_of(name: str, module: ModuleType, agent: Agent[Any] | None) -> str:
    """The title: from the file, else from its project's manifest, the agent's name, or the file's name."""
    own = _text(module, "TITLE") or manifest_of(module).title or (agent.name.strip() if agent else "")
    return own or name.replace("_", " ").capitalize()


def description_of(module: ModuleType, agent: Agent[Any] | None) -> str:
    """The description: from the file, else from its project's manifest, its docstring, or its handoffs."""
    found = (
        _text(module, "DESCRIPTION")
        or manifest_of(module).description
        or _first_paragraph(module.__doc__)
        or _first_paragraph(agent.handoff_description if agent else "")
    )
    return found[:LONGEST_DESCRIPTION]


def starters_of(module: ModuleType) -> tuple[str, ...]:
    """The messages that the start page suggests.

    Raises:
        BadAgentFile: they are not strings, are too many, or are too long.
    """
    value = getattr(module, "STARTERS", ())
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise BadAgentFile(f"{shown_module(module)}: STARTERS is not a list of strings.")
    if len(value) > MOST_STARTERS or any(len(each) > LONGEST_STARTER for each in value):
        raise BadAgentFile(
            f"{shown_module(module)}: STARTERS may have at most {MOST_STARTERS} texts of "
            f"{LONGEST_STARTER:,} characters: each person's start page shows them."
        )
    return tuple(value)


def _text(module: ModuleType, name: str) -> str:
    value = getattr(module, name, "")
    if not isinstance(value, str):
        raise BadAgentFile(f"{shown_module(module)}: {name} is a {type(value).__name__}, not a string.")
    return value.strip()


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())
