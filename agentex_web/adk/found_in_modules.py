"""Finds the activities and workflows in an agent's modules, including imported ones."""

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

from agentex_web.adk.agent_paths import shown
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.compat.temporal_definitions import is_activity, is_workflow
from agentex_web.turns.authors_modules import AGENTS

Activity = Callable[..., Any]


def found_workflows(modules: Sequence[ModuleType]) -> list[type]:
    """The classes decorated as workflows, in the order in which the modules define or import them."""
    return _unique(each for each in _values(modules) if isinstance(each, type) and is_workflow(each))


def found_activities(modules: Sequence[ModuleType]) -> list[Activity]:
    """The activities: functions, and methods of objects.

    The object of a class with activities is one from the modules, or else a new one made without arguments.

    Raises:
        BadAgentFile: such a class cannot be instantiated without arguments.
    """
    values = list(_values(modules))
    functions = [each for each in values if isinstance(each, FunctionType) and is_activity(each)]
    classes = _unique(each for each in values if isinstance(each, type) and _methods(each))
    holders = [_holder(each, values) for each in classes]
    methods = [getattr(each, name) for each in holders for name in _methods(type(each))]
    return [*_unique(functions), *methods]


def where(thing: Any) -> str:
    """The file and line of a class, function or method: ``agents/shop/tools.py, line 12``."""
    if isinstance(thing, partial):
        thing = thing.func
    found = inspect.unwrap(getattr(thing, "__func__", thing))
    try:
        file, line = inspect.getsourcefile(found), inspect.getsourcelines(found)[1]
    except (OSError, TypeError):
        return str(getattr(found, "__module__", "?"))
    return f"{shown(file or '?')}, line {line}"


def place_of_call(modules: Iterable[ModuleType], name: str) -> str:
    """The file and line of the first call of this name in the modules' sources; empty without a call."""
    for module in modules:
        try:
            file, tree = inspect.getsourcefile(module), ast.parse(inspect.getsource(module))
        except (OSError, TypeError, SyntaxError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).partition("[")[0].endswith(name):
                return f"{shown(file or '?')}, line {node.lineno}"
    return ""


def place_of_name(module: ModuleType, words: str) -> str:
    """The file and line at which a module sets the name that ``words`` begins with; empty if it does not."""
    name = words.partition(" ")[0].rstrip(":")
    try:
        file, tree = inspect.getsourcefile(module), ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return ""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = [each.id for each in targets if isinstance(each, ast.Name)]
        if name in [*named, getattr(node, "name", "")]:
            return f"{shown(file or '?')}, line {node.lineno}"
    return ""


def _values(modules: Iterable[ModuleType]) -> Iterator[Any]:
    for module in modules:
        for value in list(vars(module).values()):
            origin = getattr(value, "__module__", None) or ""
            # The worker serves the product's own activities and workflows anyway.
            if not origin.startswith("agentex_web.") or origin.startswith(AGENTS):
                yield value


def _methods(cls: type) -> list[str]:
    return [
        name for name, each in inspect.getmembers(cls) if isinstance(each, FunctionType) and is_activity(each)
    ]


def _holder(cls: type, values: Sequence[Any]) -> object:
    for value in values:
        if type(value) is cls:
            return value
    try:
        return cls()
    except TypeError as error:
        raise BadAgentFile(
            f"{where(cls)}: the activities of {cls.__name__} need an instance, which cannot be created "
            f"without arguments ({error}). Write below the class: its_activities = {cls.__name__}(…)."
        ) from error


def _unique(values: Iterable[Any]) -> list[Any]:
    return list({id(each): each for each in values}.values())
