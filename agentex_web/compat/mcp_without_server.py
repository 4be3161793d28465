"""Keeps `import mcp` from loading MCP's server side.

mcp 2.3's client imports the server for connections within one process, and with it starlette, uvicorn and
click. The Agents SDK imports mcp in any case, so every worker would pay for it: 6 MiB and 0.3 s of its start.
Here the few names that the client takes from the server are stand-ins. Whatever asks for the server itself,
such as ``import mcp.server`` or ``from mcp import stdio_server``, gets it, and the client then recognises its
objects.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_SERVER = "mcp.server"


class _StandIn(type):
    """Stands in for a class or a function of the server; ``__module__`` and ``__name__`` say for which."""

    def __instancecheck__(cls, value: object) -> bool:
        # Without the module, nobody can have made an instance.
        module = sys.modules.get(cls.__module__)
        return module is not None and isinstance(value, getattr(module, cls.__name__))

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(cls.__module__), cls.__name__)(*args, **kwargs)


class _Module(ModuleType):
    def __getattr__(self, name: str) -> _StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn(name, (), {"__module__": self.__name__})


class _Finder:
    @staticmethod
    def find_spec(name: str, _path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, _Finder, is_package=True) if _is_of_server(name) else None  # type: ignore[arg-type]

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    @staticmethod
    def exec_module(_module: ModuleType) -> None: ...


def import_mcp() -> None:
    """Imports mcp without its server, unless it was imported before."""
    if "mcp" in sys.modules:
        return
    sys.meta_path.insert(0, _Finder)
    try:
        mcp = import_module("mcp")
    finally:
        sys.meta_path.remove(_Finder)
        for name in filter(_is_of_server, list(sys.modules)):
            del sys.modules[name]
    origins = {name: value.__module__ for name, value in vars(mcp).items() if isinstance(value, _StandIn)}
    for name in [*origins, "server"]:
        delattr(mcp, name)

    def found(name: str) -> Any:
        if name == "server":
            return import_module(_SERVER)
        if name in origins:
            return getattr(import_module(origins[name]), name)
        raise AttributeError(f"module 'mcp' has no attribute {name!r}")

    vars(mcp)["__getattr__"] = found


def _is_of_server(name: str) -> bool:
    return name == _SERVER or name.startswith(f"{_SERVER}.")
