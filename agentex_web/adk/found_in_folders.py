"""Finds agents and workflows in the files of a folder that has no agent.py, to say what to write in it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from agentex_web.adk.agent_source import MAKES

MOST_FILES = 200
LARGEST_FILE = 200_000
"""In bytes. Files are only parsed, and not imported."""


def importable(folder: Path) -> Iterator[str]:
    """Yields the lines that import what people can talk to into the folder's agent.py; workflows come first.

    Such as ``from .workflows.hello import HelloWorkflow``.
    """
    found = [each for path in _files(folder) for each in _lines(path, folder)]
    yield from (line for is_workflow, line in found if is_workflow)
    yield from (line for is_workflow, line in found if not is_workflow)


def _files(folder: Path) -> Iterator[Path]:
    for _, path in zip(range(MOST_FILES), sorted(folder.rglob("*.py")), strict=False):
        parts = path.relative_to(folder).parts
        if all(each.removesuffix(".py").isidentifier() and each[0] not in "._" for each in parts):
            yield path


def _lines(path: Path, folder: Path) -> Iterator[tuple[bool, str]]:
    try:
        tree = ast.parse(path.read_text()) if path.stat().st_size <= LARGEST_FILE else None
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    module = ".".join(path.relative_to(folder).with_suffix("").parts)
    for node in tree.body if tree else ():
        match node:
            case ast.ClassDef(name=name) if any(
                "workflow.defn" in ast.unparse(d) for d in node.decorator_list
            ):
                yield True, f"from .{module} import {name}"
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=made))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=made))
            ) if ast.unparse(made).partition("[")[0] in MAKES:
                yield False, f"from .{module} import {name}{'' if name == 'agent' else ' as agent'}"
