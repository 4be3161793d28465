"""Finds programs that a file's ``main()`` starts, such as its own MCP server: no chat starts them."""

import ast
from types import ModuleType

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.agent_source import MAIN, functions_of, name_of, tree_of

_STARTS = {"subprocess.Popen", "Popen", "asyncio.create_subprocess_exec", "create_subprocess_exec"}


def what_is_not_started(module: ModuleType) -> str:
    """A sentence for the author about the first such program; empty if there is none."""
    for function in functions_of(tree_of(module)):
        for node in ast.walk(function) if function.name in ("main", MAIN) else ():
            if isinstance(node, ast.Call) and name_of(node) in _STARTS:
                return (
                    f"{shown_module(module)}, line {node.lineno}, starts a program, which the chat does not "
                    "do. Start it before people use the agent."
                )
    return ""
