"""Makes modules of agentex-sdk out of the table in names.py."""

import importlib
import sys
import typing
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import typing_extensions

from agentex_web.compat.agentex_sdk.names import MODULES

_ROOT = "agentex"


class _Loader(Loader):
    """Makes a module whose names are looked up when they are first used: some need Django."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        names = MODULES.get(module.__name__, {})

        def look_up(name: str) -> Any:
            if name not in names:
                raise AttributeError(
                    f"Agentex Web has no {module.__name__}.{name}. docs/agents.md lists what it has."
                )
            target, _, attribute = names[name].partition(":")
            found = importlib.import_module(target)
            return getattr(found, attribute) if attribute else found

        vars(module).update(__getattr__=look_up, __all__=sorted(names), __doc__="A module of agentex-sdk.")


_LOADER = _Loader()


class Finder:
    """Finds modules of the table, and packages that lead to them."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        parts = name.split(".")
        if parts[0] != _ROOT or (_is_installed() if len(parts) == 1 else not _is_ours()):
            return None
        inside = any(each.startswith(f"{name}.") for each in MODULES)
        if name not in MODULES and not inside:
            return None
        return ModuleSpec(name, _LOADER, is_package=inside)


def install() -> None:
    """Makes the modules importable where agentex-sdk is not installed. Repeating it changes nothing."""
    if Finder not in sys.meta_path:
        # First, because any folder named agentex is a package without code to Python.
        sys.meta_path.insert(0, Finder)
    if not hasattr(typing, "override"):
        # The SDK's projects are written for Python 3.12.
        typing.override = typing_extensions.override  # type: ignore[attr-defined, unused-ignore]


def _is_installed() -> bool:
    """True if agentex-sdk is there, or another package of its name."""
    for finder in sys.meta_path:
        spec = finder.find_spec(_ROOT, None) if finder is not Finder else None
        if spec is not None:
            return spec.loader is not None
    return False


def _is_ours() -> bool:
    root = sys.modules.get(_ROOT)
    return root is not None and root.__spec__ is not None and root.__spec__.loader is _LOADER
