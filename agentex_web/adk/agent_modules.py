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
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from agentex_web.adk import agent_paths, uncaught
from agentex_web.adk.bad_agent_file import BadAgentFile, RunsOnImport
from agentex_web.adk.cut_modules import cut
from agentex_web.adk.own_imports import OwnImports
from agentex_web.adk.scripts import StandIns, end_at_await
from agentex_web.adk.uncaught import Uncaught
from agentex_web.adk.unusable_imports import refuse_unusable
from agentex_web.compat import agentex_sdk, guide, sdk_defaults, sdk_examples
from agentex_web.turns import guard
from agentex_web.turns.authors_modules import AGENTS

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
        stand_ins, rewriter = StandIns(), OwnImports(self.name, package)
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
