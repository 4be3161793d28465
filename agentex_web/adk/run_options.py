"""Reads the options that a file's own code gives to ``Runner.run``; the chat runs the agent with them."""

import ast
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from agents.lifecycle import RunHooksBase

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.agent_source import Run, assigned, runs, tree_of
from agentex_web.adk.chosen_agent import LIFTED
from agentex_web.adk.lifted_code import lifted
from agentex_web.turns.run_context import BadContext, ContextMaker, stored
from agents import Agent, RunConfig

_LONGEST = 60


def chosen_options(module: ModuleType, agent: Agent[Any] | None) -> dict[str, Any]:
    """Values for CONTEXT, HOOKS, RUN_CONFIG, MAX_TURNS and ERROR_HANDLERS, if the file's code shows them.

    That is: an object at the top level of the file, a class of the file that is called without arguments, a
    number, or what the function that runs the agent makes by assignments alone. Later calls, with the same
    module, return the same objects.
    """
    known: dict[str, Any] = vars(module).setdefault(_READ, {})
    run = _run_of(module, agent)
    for name, value in _options(module, run).items():
        if _NAMES[name] not in known:
            found = _value(module, value, run)
            if found is not None and _FITS[name](found):
                known[_NAMES[name]] = found
                # Its model and provider are looked up among the module's variables.
                vars(module).setdefault(f"_agentex_{name}", found)
    return known


def unused_options(module: ModuleType, agent: Agent[Any] | None) -> str:
    """A sentence that names the options that the chat cannot read, and says what to write; may be empty."""
    chosen = chosen_options(module, agent)
    options = _options(module, _run_of(module, agent))
    options = {name: value for name, value in options.items() if _NAMES[name] not in chosen}
    if not options:
        return ""
    listed = " and ".join(f"{name}={_words(value)}" for name, value in options.items())
    written = ", ".join(f"{_NAMES[name]} = …" for name in options)
    return (
        f"{shown_module(module)} runs its agent with {listed}. For the chat, set this at the top level of "
        f"the file: {written}."
    )


_READ, _RUNS = "__agentex_options__", "__agentex_runs__"


def _run_of(module: ModuleType, agent: Agent[Any] | None) -> Run | None:
    """The module's first run of this agent outside of guardrails and tools."""
    if agent is None:
        return None
    # Reading the source costs more than the rest of the agent's description.
    found: list[Run] | None = vars(module).get(_RUNS)
    if found is None:
        found = vars(module)[_RUNS] = runs(tree_of(module))
    return next((each for each in found if not each.is_helper and _is_of(each, module, agent)), None)


def _options(module: ModuleType, run: Run | None) -> Mapping[str, ast.expr]:
    """The options of the run that the file does not set by a name of its own, such as CONTEXT."""
    return {
        name: value
        for name, value in (run.options if run else {}).items()
        if name in _NAMES and not hasattr(module, _NAMES[name]) and not _is_none(value)
    }


def _value(module: ModuleType, value: ast.expr, run: Run | None) -> Any:
    given = value
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
    if run is None or run.function is None:
        return None
    try:
        return lifted(module, run.function, given)
    except Exception:  # noqa: BLE001  (the warning names what could not be read)
        return None


def _can_be_kept(context: Any) -> bool:
    try:
        ContextMaker(context).check()
        if not callable(context):
            stored(context)
    except BadContext:
        return False
    return True


def _is_hooks(value: Any) -> bool:
    return isinstance(value, RunHooksBase) or (isinstance(value, type) and issubclass(value, RunHooksBase))


_NAMES = {
    "context": "CONTEXT",
    "hooks": "HOOKS",
    "run_config": "RUN_CONFIG",
    "max_turns": "MAX_TURNS",
    "error_handlers": "ERROR_HANDLERS",
}
"""Arguments of ``Runner.run``, and the names in an agent's file with the same meaning."""
_FITS: dict[str, Callable[[Any], bool]] = {
    "context": _can_be_kept,
    "hooks": _is_hooks,
    "run_config": lambda value: isinstance(value, RunConfig),
    "max_turns": lambda value: type(value) is int,
    "error_handlers": lambda value: isinstance(value, dict),
}


def _is_of(run: Run, module: ModuleType, agent: Agent[Any] | None) -> bool:
    if LIFTED in vars(module) and vars(module)[LIFTED] == (run.line, agent):
        return True
    return any(vars(module).get(name) is agent for name in run.agents)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _words(value: ast.expr) -> str:
    text = " ".join(ast.unparse(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
