"""A newcomer may open any file first: no modules of the workflow side import each other in a circle."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("turns", "adk")


def test_no_modules_import_each_other_in_a_circle() -> None:
    files = [path for name in PACKAGES for path in sorted((ROOT / "agentex_web" / name).glob("*.py"))]
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}
    graph = {
        name: {each for each in _imported(ast.parse(path.read_text()).body) if each in modules}
        for name, path in modules.items()
    }
    assert graph["agentex_web.turns.turn"]
    TopologicalSorter(graph).prepare()


def _imported(statements: list[ast.stmt]) -> Iterator[str]:
    """What a module imports when it is imported itself: not in functions, nor for types alone."""
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module
            yield from (f"{statement.module}.{each.name}" for each in statement.names)
