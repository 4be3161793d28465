"""Changes the source of scripts and notebooks so that it can be imported.

The import ends at an ``await`` outside of a function, which only notebooks allow. Packages that show the
agent to people are replaced (compat/user_interfaces.py).
"""

import ast

from agentex_web.adk.syntax import executed_with
from agentex_web.compat.user_interfaces import OF_NOTEBOOKS, package_of

_WAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith)


def end_at_await(tree: ast.Module) -> None:
    """Replaces the first statement that waits outside of a function with one that ends the import."""
    for index, statement in enumerate(tree.body):
        if any(isinstance(each, _WAITS) for each in executed_with(statement)):
            ending = ast.parse(
                "from agentex_web.adk.bad_agent_file import RunsOnImport as _ends\n"
                "raise _ends('uses await outside of a function')"
            ).body
            for each in ending:
                for node in ast.walk(each):
                    ast.copy_location(node, statement)
            tree.body[index:] = ending
            return


class StandIns(ast.NodeTransformer):
    """Replaces the imports of user interfaces.

    Attributes:
        replaced: the packages that the file imports.
    """

    def __init__(self) -> None:
        self.replaced: set[str] = set()
        self._is_notebook = False

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for alias in node.names:
            first = alias.name.partition(".")[0]
            if package_of(first):
                self.replaced.add(first)
                path = alias.name if alias.asname else first
                made.append(_assignment(alias.asname or first, path, node))
            else:
                made.append(ast.copy_location(ast.Import([alias]), node))
        return made

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for each in node.names:
            path = f"{node.module}.{each.name}"
            if node.level or not (package := package_of(path)):
                made.append(ast.copy_location(ast.ImportFrom(node.module, [each], node.level), node))
            else:
                self.replaced.add(package)
                made.append(_assignment(each.asname or each.name, path, node))
        return made

    def visit_Name(self, node: ast.Name) -> ast.Name:
        self._is_notebook = self._is_notebook or node.id == OF_NOTEBOOKS
        return node

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        if self._is_notebook:
            self.replaced.add("IPython")
            # Below the docstring, and what has to stand at the top.
            at = next((index for index, each in enumerate(node.body) if not _is_heading(each)), 0)
            node.body.insert(at, _assignment(OF_NOTEBOOKS, OF_NOTEBOOKS, node.body[at]))
        return node


def _is_heading(node: ast.stmt) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _assignment(name: str, path: str, node: ast.stmt) -> ast.stmt:
    source = f"{name} = __import__('agentex_web.compat.user_interfaces', fromlist=['x']).stand_in({path!r})"
    statement = ast.parse(source).body[0]
    for each in ast.walk(statement):
        ast.copy_location(each, node)
    return statement
