"""Finds a tool in another process, by the module and name of the function that it calls.

A workflow and the activity that runs its tool are often in different processes, and a tool is a Python
object, which cannot be sent. Both processes can find what is defined at the top level of a module: the tools
of the agents in agents/ and of the agents that they hand over to. A tool that is made while a turn runs
cannot be found.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from agentex_web.turns.authors_modules import AGENTS
from agents import Agent, ApplyPatchTool, CustomTool, FunctionTool, Handoff, ShellTool

Tool = FunctionTool | ShellTool | ApplyPatchTool | CustomTool
"""The kinds of tools whose code an author writes and an activity can run."""

OPTIONS = "__agentex_tool__"
"""The attribute of a tool's function that holds its ``ToolOptions``."""
MAX_DEPTH = 4
"""How deeply lists and dictionaries of tools may be nested in a module."""


@dataclass(frozen=True)
class ToolAddress:
    """The address of a tool. It is the same in all processes that have loaded the same files.

    Attributes:
        module: the module of the function that the tool calls.
        qualname: the qualified name of that function.
        name: the tool's name for the model.
        number: distinguishes tools that are equal in all of these, such as those made by one function.
    """

    module: str
    qualname: str
    name: str
    number: int = 0


class ToolMissing(LookupError):
    """No file of this process defines the tool."""


def called_function(tool: Tool) -> Any:
    """The author's function that the tool calls. For a tool built by hand, its ``on_invoke_tool``; for a
    shell tool, its executor; for an apply-patch tool, its editor.
    """
    if not isinstance(tool, FunctionTool):
        return _implementation(tool)
    wrapped = getattr(tool.on_invoke_tool, "_get_wrapped_callable", None)
    function = wrapped() if wrapped is not None else None
    # If nothing is wrapped, openai-agents returns a marker object instead of None.
    return function if callable(function) else _implementation(tool)


def address_of(tool: Tool) -> ToolAddress | None:
    """The tool's address for other processes; None if they cannot find it."""
    key = _key(tool)
    for _ in range(2):
        for number, known in enumerate(_index.get(key, ())):
            if _implementation(known) is _implementation(tool):
                return ToolAddress(*key, number)
        _rebuild()
    return None


def find(address: ToolAddress) -> Tool:
    """Finds a tool in this process.

    Raises:
        ToolMissing: the file that defined the tool has changed or does not exist in this process.
    """
    key = (address.module, address.qualname, address.name)
    for _ in range(2):
        found = _index.get(key, ())
        if address.number < len(found):
            return found[address.number]
        _rebuild()
    raise ToolMissing(f"{address.module} no longer defines the tool “{address.name}”.")


def search_in(agents: Sequence[Agent[Any]], modules: Sequence[str]) -> None:
    """Sets where to look for tools: in these agents and modules, and in all modules of agents/. Called by
    turns/registry.py.

    Args:
        agents: agents whose tools are searched, including the agents that they hand over to.
        modules: the names of modules that define workflows and activities.
    """
    # Temporal's sandbox hides modules from workflows, so they are listed here, outside of workflows.
    known = [*modules, *sorted(name for name in list(sys.modules) if name.startswith(AGENTS))]
    _searched[:] = [agents, [sys.modules[name] for name in dict.fromkeys(known) if name in sys.modules]]
    _index.clear()


Key = tuple[str, str, str]

_searched: list[object] = []
_index: dict[Key, list[Tool]] = {}
"""All tools of the loaded files. Rebuilt when a requested tool is not in it."""


def _rebuild() -> None:
    found: dict[Key, list[Tool]] = {}
    for tool in _all_tools():
        alike = found.setdefault(_key(tool), [])
        if all(_implementation(each) is not _implementation(tool) for each in alike):
            alike.append(tool)
    _index.clear()
    _index.update(found)


def served_tools() -> Iterator[Tool]:
    """Yields the tools of the agents and modules that this process serves; some of them more than once."""
    return _tools_in(_searched, set())


def _all_tools() -> Iterator[Tool]:
    seen: set[int] = set()
    yield from _tools_in(_searched, seen)
    for name in sorted(name for name in sys.modules if name.startswith(AGENTS)):
        yield from _tools_in(sys.modules[name], seen)


def _tools_in(value: object, seen: set[int], depth: int = 0) -> Iterator[Tool]:
    if id(value) in seen or depth > MAX_DEPTH:
        return
    match value:
        case FunctionTool() | ShellTool() | ApplyPatchTool() | CustomTool():
            yield value
            # The tool that undoes this one (turns/tool_place.py) may be in no list.
            undo = getattr(getattr(called_function(value), OPTIONS, None), "undo", None)
            if undo is not None:
                yield undo
            # An agent that is used as a tool.
            if isinstance(used := getattr(value, "_agent_instance", None), Agent):
                yield from _tools_in(used, seen)
            return
        case Agent():
            parts, depth = [*value.tools, *value.handoffs], 0
        case Handoff():
            parts = _cells(value.on_invoke_handoff)
        case ModuleType():
            parts, depth = [each for name, each in vars(value).items() if not name.startswith("__")], 0
        case dict():
            parts = list(value.values())
        case list() | tuple() | set():
            parts = list(value)
        case _:
            return
    seen.add(id(value))
    for part in parts:
        if not (isinstance(value, ModuleType) and isinstance(part, ModuleType)):
            yield from _tools_in(part, seen, depth + 1)


def _cells(function: Any) -> list[Any]:
    """The values in a function's closure: ``handoff(agent)`` has its agent there."""
    held = []
    for cell in getattr(function, "__closure__", None) or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:
            continue
    return held


def _key(tool: Tool) -> Key:
    function = called_function(tool)
    # A callable object has no qualified name, so use its class.
    named = function if hasattr(function, "__qualname__") else type(function)
    return getattr(named, "__module__", "") or "", getattr(named, "__qualname__", ""), tool.name


def _implementation(tool: Tool) -> Any:
    """The same object for all copies of a tool that the SDK makes."""
    match tool:
        case ShellTool():
            return tool.executor
        case ApplyPatchTool():
            return tool.editor
    invoker = tool.on_invoke_tool
    return getattr(invoker, "_invoke_tool_impl", invoker)
