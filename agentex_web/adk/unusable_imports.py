"""Refuses imports of SDK parts that need a permanent connection, audio or a permanent sandbox.

The check comes before the import: these parts need packages that are not installed, so the import error would
only tell the author to install them.
"""

import ast
from pathlib import Path

from agentex_web.adk.agent_paths import shown
from agentex_web.adk.bad_agent_file import BadAgentFile

_SOUND = "keeps an audio connection open, and a durable agent answers messages. Use Agent(…) with the same "
_BOXED = "works in a sandbox of files and processes, which is lost with its worker. Use Agent(…) with "
_REASONS = {
    "agents.realtime": f"{_SOUND}instructions and tools.",
    "agents.voice": f"{_SOUND}instructions and tools.",
    "agents.sandbox": f"{_BOXED}function tools, a ShellTool or an MCP server.",
    "agents.extensions.sandbox": f"{_BOXED}function tools, a ShellTool or an MCP server.",
    "temporalio.contrib.workflow_streams": (
        "streams to readers of its own, which a chat does not have. Remove it: the chat streams what agents "
        "say."
    ),
    "temporalio.contrib.openai_agents.sandbox": f"{_BOXED}function tools, a ShellTool or an MCP server.",
}


def refuse_unusable(tree: ast.Module, path: Path) -> None:
    """Refuses a module that needs parts of the SDK that do not work here.

    Raises:
        BadAgentFile: the module imports one of these parts at its top level.
    """
    for node in tree.body:
        for name in _imported(node):
            for unusable, reason in _REASONS.items():
                if f"{name}.".startswith(f"{unusable}."):
                    raise BadAgentFile(f"{shown(path)}, line {node.lineno}: {unusable} {reason}")


def _imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return []
