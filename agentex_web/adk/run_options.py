"""What a file's own ``main()`` gives ``Runner.run``, which the chat calls in its place."""

import ast
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.agent_source import Run, runs, tree_of
from agentex_web.turns.kept_context import BadContext, ContextMaker
from agents import Agent

_NAMES = {"context": "CONTEXT", "hooks": "HOOKS", "run_config": "RUN_CONFIG", "max_turns": "MAX_TURNS"}
"""Arguments of ``Runner.run``, and the names that say the same in an agent's file."""
_LONGEST = 60


def chosen_context(module: ModuleType, agent: Agent[Any] | None) -> Any:
    """What CONTEXT is where the file has none: the class of the context that its code runs the agent with.

    Only a class that is made without arguments; None otherwise.
    """
    given = _options(module, agent).get("context")
    if (
        isinstance(given, ast.Call)
        and isinstance(given.func, ast.Name)
        and not (given.args or given.keywords)
    ):
        found = vars(module).get(given.func.id)
        return found if isinstance(found, type) and _can_be_kept(found) else None
    return None


def unused_options(module: ModuleType, agent: Agent[Any] | None) -> str:
    """A sentence that names what the chat does not know of, and what to write; empty if there is nothing."""
    options = _options(module, agent)
    if options.get("context") is not None and chosen_context(module, agent) is not None:
        options = {name: value for name, value in options.items() if name != "context"}
    if not options:
        return ""
    listed = " and ".join(f"{name}={_words(value)}" for name, value in options.items())
    written = ", ".join(f"{_NAMES[name]} = …" for name in options)
    return (
        f"{shown_module(module)} runs its agent with {listed}. In the chat, say so at the top level of the "
        f"file: {written}."
    )


def _options(module: ModuleType, agent: Agent[Any] | None) -> Mapping[str, ast.expr]:
    """Those of the run of this agent that the file has no name for."""
    for run in runs(tree_of(module)) if agent is not None else ():
        if not run.is_helper and _is_of(run, module, agent):
            return {
                name: value
                for name, value in run.options.items()
                if name in _NAMES and not hasattr(module, _NAMES[name]) and not _is_none(value)
            }
    return {}


def _can_be_kept(cls: type) -> bool:
    try:
        ContextMaker(cls).check()
    except BadContext:
        return False
    return True


def _is_of(run: Run, module: ModuleType, agent: Agent[Any] | None) -> bool:
    return any(vars(module).get(name) is agent for name in run.agents)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _words(value: ast.expr) -> str:
    text = " ".join(ast.unparse(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
