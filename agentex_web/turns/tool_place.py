"""Decides where a tool runs: in an activity, or in the workflow itself.

An activity may do anything, because a replay does not repeat it. Three kinds of tools run in the workflow:
tools that start activities, child workflows or agents themselves; tools marked as pure; and tools made while
a turn runs, which no other process could find (turns/tool_lookup.py).
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, TypeVar, get_type_hints

from agents.tool_context import ToolContext
from temporalio import workflow

from agentex_web.turns.tool_lookup import OPTIONS, Tool, called_function, served_tools
from agents import FunctionTool, RunContextWrapper, Runner

WORKFLOW_LIBRARIES = ("agents.", "temporalio.")
"""Modules whose tools must run in the workflow: agents used as tools, activities, MCP servers."""
EXTENSIONS = "agents.extensions."
"""Exceptions from ``WORKFLOW_LIBRARIES``: their tools start programs and the like, as authors' tools do."""
MAX_CALL_DEPTH = 5
"""How many levels of calls are followed from a tool's function."""

_WORKFLOW_ONLY = "__agentex_in_workflow__"
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T", bound=Callable[..., Any] | FunctionTool)


@dataclass(frozen=True)
class ToolOptions:
    """Options that an author sets with ``adk.tool`` or ``adk.pure``.

    Attributes:
        in_workflow: True if the tool runs in the workflow, False if in an activity; None lets the tool's code
            decide.
        attempts: how often a call is tried before the model is told that it failed.
        timeout: the timeout of one attempt.
        undo: a function tool that undoes a successful call; it gets the call's arguments.
    """

    in_workflow: bool | None = None
    attempts: int = 1
    timeout: timedelta = timedelta(hours=1)
    undo: FunctionTool | None = None


def pure(tool: T) -> T:
    """Marks a tool that only computes. It runs directly in the workflow, without an activity.

        @adk.pure
        @function_tool
        def to_fahrenheit(celsius: float) -> float: ...

    Its code is repeated whenever the workflow is replayed. It must not access clocks, files or networks.
    """
    _mark(tool, ToolOptions(in_workflow=True))
    return tool


def tool(
    *, retries: int = 0, timeout: timedelta | float = ToolOptions.timeout, undo: FunctionTool | None = None
) -> Callable[[T], T]:
    """Configures the activity that runs a function tool.

        @adk.tool(retries=3, timeout=30)
        @function_tool
        def look_up(word: str) -> str: ...

    Args:
        retries: how often a failed call is retried. Set it only if the tool may safely run twice.
        timeout: the timeout of each attempt; a ``timedelta`` or seconds.
        undo: a function tool at the top level of a file. *Stop and undo* calls it with the arguments of each
            successful call. If it has an argument ``result``, it gets the call's result.
    """
    seconds = timeout if isinstance(timeout, timedelta) else timedelta(seconds=timeout)

    def decorate(decorated: T) -> T:
        _mark(decorated, ToolOptions(in_workflow=False, attempts=retries + 1, timeout=seconds, undo=undo))
        return decorated

    return decorate


def options_of(tool: Tool) -> ToolOptions:
    """The options that the author set on the tool or on its function."""
    found = getattr(called_function(tool), OPTIONS, ToolOptions())
    assert isinstance(found, ToolOptions)
    return found


def for_workflow(function: F) -> F:
    """Marks a product function that works only in workflows. A tool that uses it runs in the workflow."""
    setattr(function, _WORKFLOW_ONLY, True)
    return function


def belongs_in_workflow(tool: Tool) -> bool:
    """True if the author said so, or if the tool's code uses something that only works in a workflow."""
    asked = options_of(tool).in_workflow
    function = called_function(tool)
    if asked is not None:
        return asked
    module = getattr(function, "__module__", None) or ""
    if module.startswith(WORKFLOW_LIBRARIES) and not module.startswith(EXTENSIONS):
        return True
    return _needs_workflow(_plain(function))


def names_in_activities() -> set[str]:
    """The names of the tools of the loaded agents that run in activities."""
    return {each.name for each in served_tools() if not belongs_in_workflow(each)}


def takes_context(tool: FunctionTool) -> bool:
    """True if the author's function is given the run context."""
    function = called_function(tool)
    try:
        parameters = list(inspect.signature(function).parameters.values())
        hints = get_type_hints(function)
    except (TypeError, ValueError, NameError):
        return True
    if not parameters:
        return False
    annotation = hints.get(parameters[0].name, parameters[0].annotation)
    kind = getattr(annotation, "__origin__", annotation)
    return isinstance(kind, type) and issubclass(kind, RunContextWrapper | ToolContext)


def _mark(tool: Callable[..., Any] | FunctionTool, options: ToolOptions) -> None:
    setattr(called_function(tool) if isinstance(tool, FunctionTool) else tool, OPTIONS, options)


def _plain(function: Any) -> Any:
    while isinstance(function, MethodType) or hasattr(function, "__wrapped__"):
        function = function.__func__ if isinstance(function, MethodType) else function.__wrapped__
    if isinstance(function, FunctionType):
        return function
    return next((each for cls in type(function).__mro__ if (each := vars(cls).get("__call__"))), None)


@lru_cache(maxsize=2_000)
def _needs_workflow(function: Any, depth: int = 0) -> bool:
    if not isinstance(function, FunctionType):
        return False
    names = set(_names(function.__code__))
    for name, value in _named(function):
        if name == "temporalio" or _is_for_workflows(value) or _uses_workflow_functions(value, names):
            return True
        helper = (
            value if isinstance(value, FunctionType) and value.__module__ == function.__module__ else None
        )
        if helper is not None and depth < MAX_CALL_DEPTH and _needs_workflow(helper, depth + 1):
            return True
    return False


def _uses_workflow_functions(value: object, names: set[str]) -> bool:
    """True for ``ask`` and its like, and for ``adk`` if the code uses ``adk.ask``."""
    if isinstance(value, ModuleType) and value.__name__.startswith("agentex_web.adk"):
        return any(getattr(vars(value).get(name), _WORKFLOW_ONLY, False) for name in names)
    return getattr(value, _WORKFLOW_ONLY, False) is True


def _is_for_workflows(value: object) -> bool:
    if value is Runner or value is workflow:
        return True
    if isinstance(value, ModuleType):
        return value.__name__ == "agentex_web.adk.workflow"
    module = getattr(value, "__module__", None)
    return (
        isinstance(module, str)
        and module.partition(".workflow")[0] == "temporalio"
        and module != "temporalio"
    )


def _named(function: FunctionType) -> Iterator[tuple[str, object]]:
    """The names that a function's code uses, with their values in its module or closure."""
    names = set(_names(function.__code__))
    for name in names:
        yield name, function.__globals__.get(name)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)
