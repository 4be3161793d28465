"""Finds the agents that an agent's file creates in functions, and says what to write instead."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from agentex_web.adk.agent_source import (
    MAIN,
    MAKES,
    RUNS,
    TOP_LEVEL,
    Function,
    assignments,
    functions_of,
    name_of,
    needs_arguments,
    own_calls,
)

AT_THE_END = " at the end of the file"


@dataclass(frozen=True)
class Made:
    """An agent that is created in a function.

    Attributes:
        name: the variable that it is assigned to; empty without one.
        remedy: a text that says where it is created, and what to write instead.
    """

    name: str
    line: int
    remedy: str


def made_in_functions(tree: ast.Module) -> Iterator[Made]:
    """Yields the agents that are created in functions, in the order of the source."""
    for owner, function in _functions(tree):
        for call in (each for each in ast.walk(function) if isinstance(each, ast.Call)):
            if ast.unparse(call.func).partition("[")[0] in MAKES:
                names = {name for name, value in assignments(function) if value is call}
                where = MAIN.rstrip(":") if function.name == MAIN else f"{_path(owner, function)}()"
                remedy = _remedy(owner, function, call, names)
                yield Made(min(names, default=""), call.lineno, f"the agent is created in {where}. {remedy}")


def _remedy(owner: ast.ClassDef | None, function: Function, call: ast.Call, names: set[str]) -> str:
    move = "Move it to the top level of the file: agent = Agent(…)."
    if owner is not None and not _is_made_without_arguments(owner):
        return move
    kept = _kept_as(function, call)
    if owner is not None and function.name == "__init__" and kept:
        return f"Write{AT_THE_END}: agent = {owner.name}().{kept}."
    if _is_returned(function, call, names) and not needs_arguments(function, is_method=owner is not None):
        path = _path(owner, function, "()." if owner else "")
        return f"Write{AT_THE_END}: agent = {path}()."
    waits = isinstance(function, ast.AsyncFunctionDef) and not owner and not needs_arguments(function)
    if waits and any(name_of(each) in RUNS for each in own_calls(function)):
        return f"{move} Or make the function: async def on_message(turn)."
    return move


def _path(owner: ast.ClassDef | None, function: Function, between: str = ".") -> str:
    return f"{owner.name}{between.replace('..', '.')}{function.name}" if owner else function.name


def _is_made_without_arguments(owner: ast.ClassDef) -> bool:
    made = [each for each in owner.body if isinstance(each, Function) and each.name == "__init__"]
    # A base class or a decorator may make its own __init__.
    known = made or not (owner.bases or owner.decorator_list)
    return bool(known) and not (made and needs_arguments(made[0], is_method=True))


def _kept_as(function: Function, call: ast.Call) -> str:
    """The attribute of ``self`` that is set to the result of a call; empty without one."""
    for each in ast.walk(function):
        match each:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                if value is call:
                    return name
    return ""


def _functions(tree: ast.Module) -> Iterator[tuple[ast.ClassDef | None, Function]]:
    for node in functions_of(tree):
        if node.name != TOP_LEVEL:
            yield None, node
    for owner in tree.body:
        if isinstance(owner, ast.ClassDef):
            yield from ((owner, each) for each in owner.body if isinstance(each, Function))


def _is_returned(function: Function, call: ast.Call, names: set[str]) -> bool:
    if isinstance(function, ast.AsyncFunctionDef):
        return False
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return any(each is call or (isinstance(each, ast.Name) and each.id in names) for each in returned)
