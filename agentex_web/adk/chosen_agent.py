"""Chooses the agent of a file that names none ``agent``: the one that its ``main()`` would run.

Examples and projects name their agents as they like, and start with one of them: ``Runner.run(triage_agent,
…)``. Often they make it in ``main()``; then it is made here. If that leaves a choice, nothing is guessed: an
error message names the agents and says what to write.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.agent_source import (
    MAKES,
    TOP_LEVEL,
    Run,
    assignments,
    functions_of,
    is_decorated,
    runs,
    tree_of,
)
from agentex_web.adk.cut_modules import line_of_cut
from agentex_web.adk.lifted_code import NotLiftable, lifted
from agentex_web.adk.made_agents import AT_THE_END, made_in_functions
from agentex_web.compat.handoff_targets import reachable, used_as_tools
from agents import Agent

_MOST_NAMED = 6


def chosen_agent(module: ModuleType) -> Agent[Any] | None:
    """Returns the module's ``agent``, or else the only agent that may be meant.

    Without ``agent``, that is the agent that the module's code runs. If it runs none or several, it is the
    one that no other agent hands over to or uses as a tool.

    Returns:
        ``agent`` unchanged, whatever its type; None if no agent, or more than one, may be meant.

    Raises:
        Exception: the module makes its agent in a function, and its code for that raised it.
    """
    if has_own(module):
        own: Agent[Any] = module.agent
        return own
    if LIFTED in vars(module):
        return vars(module)[LIFTED][1]  # type: ignore[no-any-return]
    tree = tree_of(module)
    found = _candidates(module, tree)
    return next(iter(found.values())) if len(found) == 1 else _lifted(module, tree) if not found else None


def _by_function(found: Sequence[Run]) -> list[list[Run]]:
    """The runs of agents that are made in functions, by function, each agent once."""
    grouped: dict[str, dict[str, Run]] = {}
    for run in found:
        if not run.is_helper and run.function is not None and run.agent is not None:
            grouped.setdefault(run.function.name, {}).setdefault(ast.dump(run.agent), run)
    return [list(each.values()) for each in grouped.values()]


def _made(module: ModuleType, several: Sequence[Run]) -> list[tuple[Run, Agent[Any]]]:
    """Makes the agents of several runs of one function; empty if one of them cannot be made."""
    wanted = [each.agent for each in several if each.agent is not None]
    function = several[0].function
    assert function is not None
    try:
        made = lifted(module, function, ast.copy_location(ast.Tuple(wanted, ast.Load()), wanted[0]))
    except NotLiftable:
        return []
    return [(run, agent) for run, agent in zip(several, made, strict=True) if isinstance(agent, Agent)]


def has_own(module: ModuleType) -> bool:
    """True if the module sets ``agent``. A file ``agent.py`` of a folder is an attribute of the folder."""
    own = vars(module).get("agent")
    return "agent" in vars(module) and getattr(own, "__name__", None) != f"{module.__name__}.agent"


LIFTED = "__agentex_lifted__"
"""In modules whose agent is made in a function: the line that runs it, and the agent."""


def _lifted(module: ModuleType, tree: ast.Module) -> Agent[Any] | None:
    """Makes the agent that the module makes and runs in a function, and adds it to the module's variables."""
    found: list[tuple[Run, Agent[Any]]] = []
    for several in _by_function(runs(tree)):
        # Made together, because one may hand over to another; or else those that can be made.
        found += _made(module, several) or [pair for each in several for pair in _made(module, [each])]
    roots = _roots([agent for _, agent in found])
    if len(roots) > 1:
        of_main = [agent for run, agent in found if run.function and run.function.name == "main"]
        roots = [each for each in roots if any(each is agent for agent in of_main)]
    if not found:
        roots = _roots(list(_assigned_in_functions(module, tree)))
    if len(roots) != 1:
        return None
    agent = roots[0]
    run = next((run for run, each in found if each is agent), None)
    setattr(module, LIFTED, (run.line if run else 0, agent))
    # Its tools and models are looked up among the module's variables.
    vars(module).setdefault(run.agents[0] if run and run.agents else "_agentex_agent", agent)
    if agent not in vars(module).values():
        vars(module)["_agentex_agent"] = agent
    return agent


def _assigned_in_functions(module: ModuleType, tree: ast.Module) -> Iterator[Agent[Any]]:
    """The agents that functions create and nothing in the file runs, if assignments are enough for that: a
    function that returns its agent, or that keeps it for each session of a page.
    """
    for function in functions_of(tree):
        made = {
            name: value
            for name, value in assignments(function)
            if isinstance(value, ast.Call) and ast.unparse(value.func).partition("[")[0] in MAKES
        }
        values: list[ast.expr] = [
            ast.copy_location(ast.Name(name, ast.Load()), value) for name, value in made.items()
        ]
        for each in function.body if not made else ():
            if isinstance(each, ast.Return) and each.value is not None:
                values += each.value.elts if isinstance(each.value, ast.Tuple) else [each.value]
        if function.name == TOP_LEVEL or is_decorated(function) or not values:
            continue
        # What cannot be made is left to the remedy, which names the function.
        with suppress(Exception):
            tuple_of_all = ast.copy_location(ast.Tuple(values, ast.Load()), values[0])
            yield from (each for each in lifted(module, function, tuple_of_all) if isinstance(each, Agent))


def why_none(module: ModuleType, program: str = "") -> str:
    """A sentence that says what to write in a module for which ``chosen_agent`` returns None.

    Args:
        program: why the module's program cannot handle messages; empty if it has none.
    """
    file, tree = shown_module(module), tree_of(module)
    names, made = list(_candidates(module, tree)), next(made_in_functions(tree), None)
    why = "If they work one after another, as in main(), write: async def on_message(turn)."
    if program:
        why = f"Its program cannot handle messages: {program} Or write: async def on_message(turn)."
    if names:
        listed = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
        return (
            f"{file} has several agents ({listed}), and none is named `agent`. "
            f"Write{_where(module)}: agent = {_likely(names)}. {why}"
        )
    if made is not None:
        remedy = made.remedy.replace(AT_THE_END, _where(module) or AT_THE_END)
        return f"{file}, line {made.line}: {remedy}{f' {why}' if program else ''}"
    for name, value in vars(module).items():
        if isinstance(value, list | tuple) and value and isinstance(value[0], Agent):
            return f"{file}: `{name}` is a list of agents. Write{_where(module)}: agent = {name}[0]."
    return f"{file} has no agent. Write: agent = Agent(name=…, instructions=…)."


def _where(module: ModuleType) -> str:
    """Where a line must be written to count, with a leading space; empty if that is anywhere."""
    line = line_of_cut(module)
    return "" if line is None else f" above line {line}"


_LEADS = re.compile("triage|orchestrat|manager|supervisor|coordinat|router|main|root|lead", re.IGNORECASE)


def _likely(names: Sequence[str]) -> str:
    """The name that suggests an agent that leads the others, or else the first."""
    return next((each for each in names if _LEADS.search(each)), names[0])


def _candidates(module: ModuleType, tree: ast.Module) -> dict[str, Agent[Any]]:
    """The agents that may be meant, by name, without those that guardrails and tools run."""
    helpers = {name for each in runs(tree) if each.is_helper for name in each.agents}
    named = {name: each for name, each in _named(module).items() if name not in helpers}
    run = [name for each in runs(tree) if not each.is_helper for name in each.agents]
    made = list(made_in_functions(tree))
    if any(name in {each.name for each in made} for name in run):
        return {}
    begun = {name: named[name] for name in run if name in named}
    if made and not begun:
        # An agent that is created in a function is more likely meant than the helpers at the top level.
        return {}
    found = begun or named
    roots = {id(each) for each in _roots(list(found.values()))}
    return {name: each for name, each in found.items() if id(each) in roots} or found


def why_not(module: ModuleType, agent: object) -> str:
    """A sentence that says why the object named ``agent`` cannot be served."""
    file, kind = shown_module(module), type(agent).__name__
    if inspect.isroutine(agent):
        return f"{file}: `agent` is a function. Give it another name, and write: agent = {agent.__name__}()."
    return f"{file}: `agent` is a {kind}, not an agents.Agent. Write: agent = Agent(name=…, instructions=…)."


def has_agents(module: ModuleType, before: int | None = None) -> bool:
    """True if the module creates agents anywhere, at its top level or in functions.

    Args:
        before: only count those above this line.
    """
    made = made_in_functions(tree_of(module))
    return bool(_named(module)) or any(before is None or each.line < before for each in made)


def _named(module: ModuleType) -> dict[str, Agent[Any]]:
    """The agents at the module's top level, each under the first variable that holds it."""
    found: dict[int, tuple[str, Agent[Any]]] = {}
    for name, value in list(vars(module).items()):
        if isinstance(value, Agent):
            found.setdefault(id(value), (name, value))
    return dict(found.values())


def _roots(agents: Sequence[Agent[Any]]) -> list[Agent[Any]]:
    """The agents that no other agent hands over to or uses as a tool."""
    led_to = {id(each) for agent in agents for each in _used_by(agent)}
    return [agent for agent in agents if id(agent) not in led_to]


def _used_by(agent: Agent[Any]) -> Iterator[Agent[Any]]:
    for each in reachable(agent):
        if each is not agent:
            yield each
        yield from used_as_tools(each)
