"""Rewrites the imports in an agent's file: those of its author's files get their full names.

Its author may import ``agents/shop/tools.py`` as ``tools``, or as ``project.tools`` if it is in
``agents/shop/project/``, like a program in that folder, or by its path in the repository that it comes from.
"""

import ast
import sys
from importlib.util import find_spec, resolve_name
from pathlib import Path

import agentex_web.agents
from agentex_web.adk import agent_paths
from agentex_web.turns.authors_modules import AGENTS, file_of

_NEVER_THE_AUTHORS = sys.stdlib_module_names | {"agents", "agentex", "agentex_web", "openai", "temporalio"}
_UNUSED = "_agentex_imported"


class OwnImports(ast.NodeTransformer):
    """Rewrites the imports of one module.

    Attributes:
        imports: the full names of the agents' modules that it imports, and of the names from them.
    """

    def __init__(self, module: str, package: str) -> None:
        self._agent = file_of(module).removeprefix(AGENTS)
        self._folder = next(
            (each for each in agent_paths.paths_of_module(self._agent) if each.is_dir()), None
        )
        self._package = package
        self.imports: set[str] = set()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        if node.level:
            if (module := self._relative(node)) is None:
                return _no_such_file(node)
        else:
            module = node.module = self._full(node.module or "")
        self._note(module, *(f"{module}.{each.name}" for each in node.names))
        return node

    def _relative(self, node: ast.ImportFrom) -> str | None:
        """The full name of what a relative import means; None if that is not in agents/."""
        try:
            full = resolve_name("." * node.level + (node.module or ""), self._package)
        except ImportError:
            return None
        return full if f"{full}.".startswith(AGENTS) else None

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        statements: list[ast.stmt] = []
        for alias in node.names:
            # The second form binds the first name of the path, so that must be a module.
            full = self._full(alias.name) if alias.asname else self._with_its_path(alias.name)
            self._note(full)
            if full == alias.name or alias.asname:
                statements.append(ast.Import([ast.alias(full, alias.asname)]))
                continue
            # `import project.tools` binds the name `project`.
            first = alias.name.partition(".")[0]
            statements.append(ast.Import([ast.alias(full, _UNUSED)]))
            statements.append(
                ast.ImportFrom(full.removesuffix(f".{alias.name}"), [ast.alias(first, None)], 0)
            )
        return [ast.copy_location(each, node) for each in statements]

    def _full(self, name: str) -> str:
        full = self._with_its_path(name)
        return (self._without_repository(name) or name) if full == name else full

    def _without_repository(self, name: str) -> str | None:
        """The file in the agent's folder that its repository names with the folders above it, such as
        ``shop/tools.py`` for ``samples.shop.tools``. None if there is none, or if another module is meant.
        """
        parts = name.split(".")
        is_sdk = parts[0] == "agents"
        if self._folder is None or is_installed(name if is_sdk else parts[0]):
            return None
        for start in range(0 if is_sdk else 1, len(parts)):
            *above, last = parts[start:]
            if _has(self._folder.joinpath(*above), last):
                return ".".join([f"{AGENTS}{self._agent}", *above, last])
        return None

    def _with_its_path(self, name: str) -> str:
        first = name.partition(".")[0]
        if first in _NEVER_THE_AUTHORS:
            return name
        if self._folder is not None and _has(self._folder, first):
            return f"{AGENTS}{self._agent}.{name}"
        # A shared helper or another agent's file. An installed package takes precedence over the latter.
        known = any(_has(Path(each), first) for each in agentex_web.agents.__path__)
        if known and (first.startswith("_") or self._is_own(name) or not is_installed(first)):
            return f"{AGENTS}{name}"
        return name

    def _is_own(self, name: str) -> bool:
        """True for ``shop.tools`` in agents/shop/. A plain ``stripe`` in agents/stripe/ means the package."""
        first, _, rest = name.partition(".")
        return (
            first == self._agent and self._folder is not None and _has(self._folder, rest.partition(".")[0])
        )

    def _note(self, *names: str) -> None:
        self.imports.update(each for each in names if each.startswith(AGENTS))


def _no_such_file(node: ast.ImportFrom) -> ast.stmt:
    """A statement that raises the error of a module that is missing in agents/."""
    name = "." * node.level + (node.module or "")
    error = f"ModuleNotFoundError({f'No module named {name!r}'!r}, name={AGENTS + (node.module or '')!r})"
    raised = ast.parse(f"raise {error}").body[0]
    for each in ast.walk(raised):
        ast.copy_location(each, node)
    return raised


def _has(folder: Path, name: str) -> bool:
    """True if the folder contains a module of this name."""
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()


def is_installed(name: str) -> bool:
    """True if a module of this name can be imported."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
