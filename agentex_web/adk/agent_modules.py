"""Imports the files of agents, single files and folders, under unique full names.

``agents/shop/tools.py`` is ``agentex_web.agents.shop.tools``. Its author may import it as ``tools``, or as
``project.tools`` if it is in ``agents/shop/project/``, like a program in that folder. Two agents may each
have a ``tools``, so the loader rewrites such imports to the full name. Nothing is added to ``sys.path``.
The folder's files may also be imported by their paths in the repository that it comes from.
"""

import ast
import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec, resolve_name, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import agentex_web.agents
from agentex_web.adk import agent_paths, uncaught
from agentex_web.adk.bad_agent_file import BadAgentFile, RunsOnImport
from agentex_web.adk.cut_modules import cut
from agentex_web.adk.scripts import StandIns, end_at_await
from agentex_web.adk.uncaught import Uncaught
from agentex_web.adk.unusable_imports import refuse_unusable
from agentex_web.compat import agentex_sdk, guide, sdk_defaults, sdk_examples
from agentex_web.turns import guard
from agentex_web.turns.authors_modules import AGENTS, file_of

_NEVER_THE_AUTHORS = sys.stdlib_module_names | {"agents", "agentex", "agentex_web", "openai", "temporalio"}
_UNUSED = "_agentex_imported"
LARGEST_FILE = 2_000_000
"""In bytes. Python's parser takes 100 times the file's size in memory, and a second per megabyte."""


class AgentLoader(SourceFileLoader):
    """Imports a file of an author under its full name, and notes what the file imports.

    Attributes:
        imports: the full names of the agents' modules that the file imports, and of the names that it
            imports from them.
        replaced: the user interfaces that the file imports, for which it gets stand-ins.
    """

    imports: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()

    def path_stats(self, _path: Any) -> Any:
        """Raises OSError so that the compiled file is not cached: a plain import of the file would use it."""
        raise OSError("not cached")

    def get_data(self, path: str) -> bytes:
        """Reads a file.

        Raises:
            BadAgentFile: the file is larger than LARGEST_FILE.
        """
        if (size := os.stat(path).st_size) > LARGEST_FILE:
            raise BadAgentFile(
                f"{agent_paths.shown(path)} is {size / 1e6:.1f} MB; the limit is {LARGEST_FILE / 1e6:g} MB. "
                "Move its data to a file that is not Python code, and read that."
            )
        return super().get_data(path)

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        tree = ast.parse(data, filename=str(path))
        refuse_unusable(tree, Path(path))
        package = self.name if self.is_package(self.name) else self.name.rpartition(".")[0]
        end_at_await(tree)
        stand_ins, rewriter = StandIns(), _Imports(self.name, package)
        rewritten = Uncaught().visit(rewriter.visit(stand_ins.visit(tree)))
        ast.fix_missing_locations(rewritten)
        self.imports, self.replaced = frozenset(rewriter.imports), frozenset(stand_ins.replaced)
        return compile(rewritten, str(path), "exec", dont_inherit=True, optimize=_optimize)

    def exec_module(self, module: ModuleType) -> None:
        """Executes the module so that the guide's workflows need no ``run``; has `guard` watch its code."""
        vars(module)[uncaught.NAME] = uncaught.EXCEPTIONS
        with guide.without_run(), sdk_defaults.kept_to(module):
            try:
                super().exec_module(module)
            except RunsOnImport as error:
                cut(module, error)
        guard.watch([module.__name__])


class _Imports(ast.NodeTransformer):
    def __init__(self, module: str, package: str) -> None:
        self._agent = file_of(module).removeprefix(AGENTS)
        self._folder = next(
            (each for each in agent_paths.paths_of_module(self._agent) if each.is_dir()), None
        )
        self._package = package
        self.imports: set[str] = set()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        if node.level:
            module = resolve_name("." * node.level + (node.module or ""), self._package)
        else:
            module = node.module = self._full(node.module or "")
        self._note(module, *(f"{module}.{each.name}" for each in node.names))
        return node

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


class _AgentFinder:
    """Finds modules below ``agentex_web.agents``, and gives them an AgentLoader."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(AGENTS):
            return None
        spec = PathFinder.find_spec(name, path) or _spec_of(name)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = AgentLoader(name, spec.loader.path)
        return spec


def _spec_of(name: str) -> ModuleSpec | None:
    """The spec of an agent whose file or folder name is not a valid module name."""
    own = name.removeprefix(AGENTS)
    paths = [] if "." in own else agent_paths.paths_of_module(own)
    if not paths:
        return None
    file = paths[0] if paths[0].is_file() else paths[0] / "__init__.py"
    if file.is_file():
        return spec_from_file_location(name, file)
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(paths[0])]
    return spec


def import_agent_module(name: str) -> ModuleType:
    """Imports a module below ``agentex_web.agents`` by its full name."""
    agentex_sdk.install()
    sdk_examples.install()
    if _AgentFinder not in sys.meta_path:
        sys.meta_path.insert(0, _AgentFinder)
    return importlib.import_module(name)


def with_imports(module: ModuleType) -> list[ModuleType]:
    """The module, and the agents' modules that it imports directly or indirectly."""
    found = {module.__name__: module}
    waiting = [module]
    while waiting:
        for each in _imported_by(waiting.pop()):
            if each.__name__ not in found:
                found[each.__name__] = each
                waiting.append(each)
    return list(found.values())


def replaced_in(modules: Iterable[ModuleType]) -> list[str]:
    """The user interfaces that these modules import, for which they got stand-ins."""
    loaders = [each.__spec__.loader for each in modules if each.__spec__]
    return sorted({name for each in loaders if isinstance(each, AgentLoader) for name in each.replaced})


def _imported_by(module: ModuleType) -> Iterable[ModuleType]:
    loader = module.__spec__.loader if module.__spec__ else None
    names = loader.imports if isinstance(loader, AgentLoader) else ()
    return (sys.modules[name] for name in sorted(names) if name in sys.modules)


def _has(folder: Path, name: str) -> bool:
    """True if the folder contains a module of this name."""
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()


def is_installed(name: str) -> bool:
    """True if a module of this name can be imported."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
