"""Warns of tools that keep what one person says where all chats see it: in a variable of the file."""

from collections.abc import Iterable
from types import ModuleType

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.agent_source import functions_of, is_decorated, tree_of
from agentex_web.adk.script_variables import changed_by, data_of


def shared_data(modules: Iterable[ModuleType]) -> str:
    """A sentence for the first such tool, with the remedy; empty if there is none."""
    for module in modules:
        tree = tree_of(module)
        data = data_of(tree)
        for function in filter(is_decorated, functions_of(tree)):
            for line, name in changed_by(function, data):
                return (
                    f"{shown_module(module)}, line {line}: {function.name}() changes the variable “{name}”, "
                    "which all chats share and a restart loses. Keep it in a run context (CONTEXT), or in a "
                    "file or a database."
                )
    return ""
