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


_RAISE_AGAIN = f"if isinstance(__import__('sys').exc_info()[1], {NAME}): raise"


class _Jumps(ast.NodeTransformer):
    """Changes each ``continue``, ``break`` and ``return`` of a ``finally``, which swallows exceptions."""

    def changed(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [each for node in body for each in self._changed(self.visit(node))]

    @staticmethod
    def _changed(made: Any) -> list[ast.stmt]:
        return made if isinstance(made, list) else [made]

    def _jump(self, node: ast.stmt) -> list[ast.stmt]:
        first = ast.parse(_RAISE_AGAIN).body[0]
        for each in ast.walk(first):
            ast.copy_location(each, node)
        return [first, node]

    visit_Return = visit_Continue = visit_Break = _jump

    def _unchanged(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _unchanged


class Uncaught(ast.NodeTransformer):
    """Adds the clause to each ``try`` that needs it."""

    def visit_Try(self, node: ast.Try) -> Any:
        self.generic_visit(node)
        node.finalbody = _Jumps().changed(node.finalbody)
        for index, handler in enumerate(node.handlers):
            if handler.type is None or "BaseException" in ast.unparse(handler.type):
                again = ast.ExceptHandler(ast.Name(NAME, ast.Load()), None, [ast.Raise(None, None)])
                # Without a line of its own: a debugger shows the line of the author's clause.
                node.handlers.insert(index, ast.fix_missing_locations(ast.copy_location(again, handler)))
                break
        return node
