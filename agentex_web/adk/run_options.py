"""Reads the options that a file's own code gives to ``Runner.run``; the chat runs the agent with them."""

import ast
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from agents.lifecycle import RunHooksBase

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.agent_source import Run, assigned, runs, tree_of
from agentex_web.turns.run_context import BadContext, ContextMaker
from agents import Agent, RunConfig

_LONGEST = 60


def chosen_options(module: ModuleType, agent: Agent[Any] | None) -> dict[str, Any]:
    """Values for CONTEXT, HOOKS, RUN_CONFIG and MAX_TURNS, if they are easy to read from the file's code.

    That is: an object at the top level of the file, a class of the file that is called without arguments, or
    a number.
    """
    found = {}
    for name, value in _options(module, agent).items():
        known = _value(module, value)
        if known is not None and _FITS[name](known):
            found[_NAMES[name]] = known
    return found


def unused_options(module: ModuleType, agent: Agent[Any] | None) -> str:
    """A sentence that names the options that the chat cannot read, and says what to write; may be empty."""
    chosen = chosen_options(module, agent)
    options = {name: value for name, value in _options(module, agent).items() if _NAMES[name] not in chosen}
    if not options:
        return ""
    listed = " and ".join(f"{name}={_words(value)}" for name, value in options.items())
    written = ", ".join(f"{_NAMES[name]} = …" for name in options)
    return (
        f"{shown_module(module)} runs its agent with {listed}. For the chat, set this at the top level of "
        f"the file: {written}."
    )


def _options(module: ModuleType, agent: Agent[Any] | None) -> Mapping[str, ast.expr]:
    """The options of this agent's run that the file does not set by a name of its own, such as CONTEXT."""
    for run in runs(tree_of(module)) if agent is not None else ():
        if not run.is_helper and _is_of(run, module, agent):
            return {
                name: value
                for name, value in run.options.items()
                if name in _NAMES and not hasattr(module, _NAMES[name]) and not _is_none(value)
            }
    return {}


def _value(module: ModuleType, value: ast.expr) -> Any:
    if isinstance(value, ast.Name):
        if value.id in vars(module):
            return vars(module)[value.id]
        value = assigned(tree_of(module)).get(value.id, value)
    if isinstance(value, ast.Constant):
        return value.value
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and not (value.args or value.keywords)
    ):
        found = vars(module).get(value.func.id)
        return found if isinstance(found, type) else None
    return None


def _can_be_kept(context: Any) -> bool:
    try:
        ContextMaker(context).check()
    except BadContext:
        return False
    return True


def _is_hooks(value: Any) -> bool:
    return isinstance(value, RunHooksBase) or (isinstance(value, type) and issubclass(value, RunHooksBase))


_NAMES = {"context": "CONTEXT", "hooks": "HOOKS", "run_config": "RUN_CONFIG", "max_turns": "MAX_TURNS"}
"""Arguments of ``Runner.run``, and the names in an agent's file with the same meaning."""
_FITS: dict[str, Callable[[Any], bool]] = {
    "context": _can_be_kept,
    "hooks": _is_hooks,
    "run_config": lambda value: isinstance(value, RunConfig),
    "max_turns": lambda value: type(value) is int,
}


def _is_of(run: Run, module: ModuleType, agent: Agent[Any] | None) -> bool:
    return any(vars(module).get(name) is agent for name in run.agents)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _words(value: ast.expr) -> str:
    text = " ".join(ast.unparse(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
