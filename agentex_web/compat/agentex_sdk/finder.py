"""Finds and creates the modules of agentex-sdk that names.py lists."""

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
    """Creates a module whose names are resolved on first use, because some of them need Django."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        names = MODULES.get(module.__name__, {})

        def look_up(name: str) -> Any:
            if name not in names:
                raise AttributeError(
                    f"Agentex Web has no {module.__name__}.{name}. docs/agents-reference.md has a list."
                )
            target, _, attribute = names[name].partition(":")
            found = importlib.import_module(target)
            return getattr(found, attribute) if attribute else found

        vars(module).update(__getattr__=look_up, __all__=sorted(names), __doc__="A module of agentex-sdk.")


_LOADER = _Loader()


class Finder:
    """Finds the modules that names.py lists, and the packages that contain them."""

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
    """Makes the modules importable if agentex-sdk is not installed. Calling it again has no effect."""
    if Finder not in sys.meta_path:
        # First, because Python would import any folder named agentex as a namespace package.
        sys.meta_path.insert(0, Finder)
    if not hasattr(typing, "override"):
        # Projects of agentex-sdk are written for Python 3.12, which has typing.override.
        typing.override = typing_extensions.override  # type: ignore[attr-defined, unused-ignore]


def _is_installed() -> bool:
    """True if agentex-sdk, or another package with code of its name, is installed."""
    for finder in sys.meta_path:
        spec = finder.find_spec(_ROOT, None) if finder is not Finder else None
        if spec is not None:
            return spec.loader is not None
    return False


def _is_ours() -> bool:
    root = sys.modules.get(_ROOT)
    return root is not None and root.__spec__ is not None and root.__spec__.loader is _LOADER
