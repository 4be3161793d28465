"""The replacements for what an author's module has imported."""

import datetime
import os
import random
import secrets
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn

from agentex_web.turns.guard import random_numbers
from agentex_web.turns.guard.clocks import CLASS_CLOCKS, DATE_CLASSES, TIME
from agentex_web.turns.guard.in_workflows import refused_in_workflows, replaced_in_workflows
from agentex_web.turns.guard.violations import is_worker

_RANDOM = random_numbers.REMEDY
_OUTSIDE = "a tool or an activity for it"
_SECRETS = ("token_hex", "token_bytes", "token_urlsafe", "choice", "randbelow", "randbits")

FORBIDDEN: dict[ModuleType, dict[str, str]] = {
    random: {"getstate": _RANDOM, "setstate": _RANDOM},
    time: {"sleep": "workflow.sleep() or asyncio.sleep()"},
    uuid: {"uuid1": "workflow.uuid4()"},
    secrets: dict.fromkeys(_SECRETS, _RANDOM),
    os: {"urandom": _RANDOM, **dict.fromkeys(("close", "closerange", "dup2"), _OUTSIDE)},
}
"""Functions that no workflow may call, and what to use instead."""
REPLACED: dict[ModuleType, dict[str, Callable[..., Any]]] = {
    random: random_numbers.RANDOM,
    time: TIME,
    uuid: {"uuid4": random_numbers.uuid4},
}
"""Functions whose result differs on each call, and what takes their place in a workflow."""


def _exit(status: int = 0, /) -> NoReturn:
    """In place of ``os._exit()``, which would end the chats of all agents: ends the author's code only."""
    if is_worker():
        raise SystemExit(status)
    _os_exit(status)


def _abort() -> NoReturn:
    """In place of ``os.abort()``."""
    if is_worker():
        raise SystemExit("os.abort()")
    _os_abort()


_os_exit, _os_abort = os._exit, os.abort
ENDS: dict[str, Callable[..., NoReturn]] = {"_exit": _exit, "abort": _abort}
"""What takes the place of functions of ``os`` that end the whole process, everywhere in authors' code."""


def guarded(value: Any) -> Any:
    """Returns the guarded replacement of a value in an author's module; the value itself if it needs none."""
    if isinstance(value, ModuleType):
        return _modules.get(value, value)
    if value is datetime.datetime or value is datetime.date:
        return DATE_CLASSES[value]
    if type(value) is random.SystemRandom:
        return random_numbers.SystemRandom()
    try:
        return _functions.get(value, value)
    except TypeError:
        return value


def guard_defaults(cls: type) -> None:
    """Guards what a dataclass has as ``default_factory``, which its ``__init__`` keeps."""
    made = vars(cls).get("__init__")
    for cell in getattr(made, "__closure__", None) or () if "__dataclass_fields__" in vars(cls) else ():
        with suppress(ValueError):  # An empty cell.
            cell.cell_contents = guarded(cell.cell_contents)


class _GuardedModule(ModuleType):
    """A copy of a module, with replacements for some of its names."""

    def __init__(self, module: ModuleType, replaced: dict[str, Any]) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(replaced)
        self.__dict__["_agentex_module"] = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_agentex_module"], name)


_functions: dict[Any, Callable[..., Any]] = {
    getattr(module, name): refused_in_workflows(getattr(module, name), f"{module.__name__}.{name}()", remedy)
    for module, names in FORBIDDEN.items()
    for name, remedy in names.items()
}
_functions |= {
    getattr(module, name): replaced_in_workflows(getattr(module, name), instead)
    for module, names in REPLACED.items()
    for name, instead in names.items()
    if name not in FORBIDDEN[module]
}
_functions |= {random.Random: random_numbers.Random, random.SystemRandom: random_numbers.SystemRandom}
_functions |= {
    getattr(real, name): getattr(replacement, name)
    for real, replacement in DATE_CLASSES.items()
    for name in CLASS_CLOCKS
    if hasattr(real, name)
}
_functions |= {getattr(os, name): instead for name, instead in ENDS.items()}
_modules: dict[ModuleType, ModuleType] = {
    module: _GuardedModule(
        module,
        {
            name: _functions[getattr(module, name)]
            for name in (*names, *REPLACED.get(module, ()), "Random", "SystemRandom", *ENDS)
            if getattr(module, name, None) in _functions
        },
    )
    for module, names in FORBIDDEN.items()
}
_modules[datetime] = _GuardedModule(
    datetime, {"datetime": DATE_CLASSES[datetime.datetime], "date": DATE_CLASSES[datetime.date]}
)
