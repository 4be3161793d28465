"""Keeps an agent's file from catching the exceptions that end its import, or a workflow that blocks.

They are BaseExceptions, but a bare ``except:`` catches these too, so that ``while True: try: … except: pass``
could not be interrupted. So each ``try`` that catches everything gets one more clause: they are raised again.
"""

import ast
from typing import Any

from agentex_web.adk.bad_agent_file import ImportTooSlow, RunsOnImport
from agentex_web.compat.workflow_exits import INTERRUPT
from agentex_web.turns.script import ScriptEnded

NAME = "__agentex_ends_the_import__"
"""A name in the module: the exceptions."""
EXCEPTIONS = (ImportTooSlow, RunsOnImport, INTERRUPT, ScriptEnded)


class Uncaught(ast.NodeTransformer):
    """Adds the clause to each ``try`` that needs it."""

    def visit_Try(self, node: ast.Try) -> Any:
        self.generic_visit(node)
        for index, handler in enumerate(node.handlers):
            if handler.type is None or "BaseException" in ast.unparse(handler.type):
                again = ast.ExceptHandler(ast.Name(NAME, ast.Load()), None, [ast.Raise(None, None)])
                # Without a line of its own: a debugger shows the line of the author's clause.
                node.handlers.insert(index, ast.fix_missing_locations(ast.copy_location(again, handler)))
                break
        return node
