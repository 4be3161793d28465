"""Keeps authors' code in workflows deterministic.

Clocks and random numbers are those of the workflow, which a replay repeats. Other calls that a replay would
not repeat raise an error that names the remedy.

Temporal's sandbox would import each author's module again for each chat, and wrap everything that it imports.
Here modules are imported once, and guarded in two ways. Names such as ``random`` and ``datetime`` in the
author's modules are replaced by versions that behave differently in workflows, and normally elsewhere. Access
to files, networks and programs is detected by Python's audit events, whichever library makes it.

Only authors' code is guarded. The SDKs and this product are trusted.
"""

import datetime
import os
import random
import secrets
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from types import FrameType, ModuleType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import NOT_DETERMINISTIC
from agentex_web.turns import scope

AGENTS = "agentex_web.agents."
OWN = "agentex_web."

_RANDOM = "workflow.random()"
_SLEEP = "workflow.sleep() or asyncio.sleep()"
_UUID = "workflow.uuid4()"

FORBIDDEN: dict[ModuleType, dict[str, str]] = {
    random: {"getstate": _RANDOM, "setstate": _RANDOM},
    time: {"sleep": _SLEEP},
    uuid: {"uuid1": _UUID},
    secrets: dict.fromkeys(
        ("token_hex", "token_bytes", "token_urlsafe", "choice", "randbelow", "randbits"), _RANDOM
    ),
    os: {"urandom": _RANDOM},
}
"""Functions that no workflow may call, and what to use instead."""


def _of_workflows_random(name: str) -> Callable[..., Any]:
    def of_workflow(*args: Any, **kwargs: Any) -> Any:
        return getattr(_numbers(), name)(*args, **kwargs)

    return of_workflow


def _numbers() -> random.Random:
    """The turn's random numbers; outside of turns, the workflow's."""
    here = scope.current()
    return workflow.random() if here is None else here.part.random


def _uuid4() -> uuid.UUID:
    return uuid.UUID(int=_numbers().getrandbits(128), version=4)


def _now(tz: datetime.tzinfo | None = None) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(workflow.time(), tz)


def _utcnow() -> datetime.datetime:
    return _now(datetime.UTC).replace(tzinfo=None)


REPLACED: dict[ModuleType, dict[str, Callable[..., Any]]] = {
    random: {
        **{
            name: _of_workflows_random(name)
            for name, value in vars(random).items()
            if not name.startswith("_") and callable(value) and not isinstance(value, type)
        },
        # The ids of the workflow's activities come from its random numbers, and no seed may repeat them.
        "seed": lambda *given, **_options: _numbers().seed(*given) if given and scope.current() else None,
    },
    time: {
        "time": workflow.time,
        "time_ns": workflow.time_ns,
        "monotonic": workflow.time,
        "monotonic_ns": workflow.time_ns,
        "perf_counter": workflow.time,
        "perf_counter_ns": workflow.time_ns,
        "process_time": workflow.time,
        "process_time_ns": workflow.time_ns,
        "thread_time": workflow.time,
        "thread_time_ns": workflow.time_ns,
        "ctime": lambda seconds=None: time.ctime(workflow.time() if seconds is None else seconds),
        "asctime": lambda *given: time.asctime(*(given or [time.localtime(workflow.time())])),
        "strftime": lambda form, *given: time.strftime(form, *(given or [time.localtime(workflow.time())])),
        "localtime": lambda seconds=None: time.localtime(workflow.time() if seconds is None else seconds),
        "gmtime": lambda seconds=None: time.gmtime(workflow.time() if seconds is None else seconds),
    },
    uuid: {"uuid4": _uuid4},
}
"""Functions whose result differs on each call, and what takes their place in a workflow."""

EVENTS = {
    "open": "opens a file",
    "os.listdir": "reads a folder",
    "os.scandir": "reads a folder",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
    "os.mkdir": "makes a folder",
    "os.system": "starts a program",
    "subprocess.Popen": "starts a program",
    "socket.connect": "connects to a server",
    "socket.getaddrinfo": "looks up a server",
    "socket.bind": "opens a port",
}
"""Python's audit events that no workflow may cause, with their description for people."""
READS_CODE = ("importlib", "linecache", "tokenize", "traceback", "logging", "inspect", "zipimport")
"""Python modules that open files on behalf of any code: to import it, or to print a traceback."""


def watch(modules: Iterable[str]) -> None:
    """Guards the code of these modules from now on. Calling it again has no effect."""
    for name in modules:
        module = sys.modules.get(name)
        if module is None or _MARK in vars(module):
            continue
        if name.startswith(OWN) and not name.startswith(AGENTS):
            continue
        setattr(module, _MARK, True)
        _watched_modules.add(name)
        for each, value in list(vars(module).items()):
            replaced = _guarded(value)
            if replaced is not value:
                setattr(module, each, replaced)
            elif isinstance(value, type) and value.__module__ == name:
                _guard_defaults(value)
    if not _hook_is_set:
        _hook_is_set.append(True)
        sys.addaudithook(_audited)


_MARK = "__agentex_watched__"
_watched_modules: set[str] = set()
"""The names of authors' modules."""
_hook_is_set: list[bool] = []
"""Not empty once the audit hook is set. Python cannot remove audit hooks."""


def _refuse(what: str, remedy: str) -> None:
    frame = _authors_frame()
    if frame is None:
        return
    where = f"{os.path.basename(frame.f_code.co_filename)}, line {frame.f_lineno},"
    error = ApplicationError(
        f"{where} {what} in a workflow. Workflow code is repeated after a crash and must do the same again. "
        f"Use {remedy}.",
        type=NOT_DETERMINISTIC,
    )
    if (here := scope.current()) is not None and here.part.violation is None:
        # Code that catches all exceptions, as the SDK does around tools, must not hide the violation.
        here.part.violation = error
    raise error


def _audited(event: str, _arguments: tuple[Any, ...], watched: dict[str, str] = EVENTS) -> None:
    # While Python ends, the module's names are None.
    if event in watched and workflow is not None and workflow.in_workflow():
        _refuse(EVENTS[event], "a tool or an activity for it")


def _authors_frame() -> FrameType | None:
    """The innermost frame of an author's code on the stack; None if there is none, or if Python reads source
    code on its behalf (``READS_CODE``).
    """
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001  (the documented way to the caller)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name in _watched_modules:
            return frame
        if name.partition(".")[0] in READS_CODE or frame.f_code.co_filename.startswith("<frozen importlib"):
            return None
        frame = frame.f_back
    return None


def _guarded(value: Any) -> Any:
    """Returns the guarded replacement of a value in an author's module; the value itself if it needs none."""
    if isinstance(value, ModuleType):
        return _modules.get(value, value)
    if value is datetime.datetime or value is datetime.date:
        return _classes[value]
    if type(value) is random.SystemRandom:
        return _SystemRandom()
    try:
        return _functions.get(value, value)
    except TypeError:
        return value


def _guard_defaults(cls: type) -> None:
    """Guards what a dataclass has as ``default_factory``, which its ``__init__`` keeps."""
    made = vars(cls).get("__init__")
    for cell in getattr(made, "__closure__", None) or () if "__dataclass_fields__" in vars(cls) else ():
        with suppress(ValueError):  # An empty cell.
            cell.cell_contents = _guarded(cell.cell_contents)


class _GuardedModule(ModuleType):
    """A copy of a module whose forbidden functions first check whether a workflow is running."""

    def __init__(self, module: ModuleType, replaced: dict[str, Any]) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(replaced)
        self.__dict__["_agentex_module"] = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_agentex_module"], name)


def _refused_in_workflows(function: Callable[..., Any], what: str, remedy: str) -> Callable[..., Any]:
    def checked(*args: Any, **kwargs: Any) -> Any:
        if workflow.in_workflow():
            _refuse(f"calls {what}", remedy)
        return function(*args, **kwargs)

    checked.__name__ = getattr(function, "__name__", what)
    checked.__doc__ = function.__doc__
    return checked


def _replaced_in_workflows(function: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        return (instead if workflow.in_workflow() else function)(*args, **kwargs)

    return chosen


class _DateType(type):
    """The metaclass of the replacements for ``datetime`` and ``date``. Their instances are instances of the
    real classes.
    """

    _real: type

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls._real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls._real)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return cls._real(*args, **kwargs)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls._real, name)

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls._real

    def __hash__(cls) -> int:
        return hash(cls._real)


def _date_class(real: Any, clocks: dict[str, Callable[..., Any]]) -> type:
    names = {
        name: staticmethod(_replaced_in_workflows(getattr(real, name), instead))
        for name, instead in clocks.items()
    }

    def schema(_source: Any, handler: Callable[[Any], Any]) -> Any:
        return handler(real)

    return _DateType(
        real.__name__, (), {**names, "_real": real, "__get_pydantic_core_schema__": staticmethod(schema)}
    )


class _RandomType(type):
    """The metaclass of the replacements for ``Random`` and ``SystemRandom``: real ones are instances too."""

    def __instancecheck__(cls, instance: object) -> bool:
        if cls is _Random or cls is _SystemRandom:
            return isinstance(instance, cls.__bases__)
        return super().__instancecheck__(instance)


class _Random(random.Random, metaclass=_RandomType):
    """In a workflow it is seeded by the workflow's random numbers if it gets no seed."""

    def seed(self, a: Any = None, version: int = 2) -> None:
        if a is None and workflow.in_workflow():
            a = _numbers().getrandbits(128)
        super().seed(a, version)


class _SystemRandom(random.SystemRandom, metaclass=_RandomType):
    """Refused in workflows."""

    def random(self) -> float:
        _refuse_system_random()
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        _refuse_system_random()
        return super().getrandbits(k)

    def randbytes(self, n: int) -> bytes:
        _refuse_system_random()
        return super().randbytes(n)


def _refuse_system_random() -> None:
    if workflow.in_workflow():
        _refuse("uses random.SystemRandom", _RANDOM)


_classes: dict[Any, type] = {
    datetime.datetime: _date_class(datetime.datetime, {"now": _now, "utcnow": _utcnow, "today": _now}),
    datetime.date: _date_class(datetime.date, {"today": lambda: _now().date()}),
}
_functions: dict[Any, Callable[..., Any]] = {
    getattr(module, name): _refused_in_workflows(getattr(module, name), f"{module.__name__}.{name}()", remedy)
    for module, names in FORBIDDEN.items()
    for name, remedy in names.items()
}
_functions |= {
    getattr(module, name): _replaced_in_workflows(getattr(module, name), instead)
    for module, names in REPLACED.items()
    for name, instead in names.items()
    if name not in FORBIDDEN[module]
}
_functions |= {random.Random: _Random, random.SystemRandom: _SystemRandom}
_functions |= {
    getattr(real, name): getattr(guarded, name)
    for real, guarded in _classes.items()
    for name in ("now", "utcnow", "today")
    if hasattr(real, name)
}
_modules: dict[ModuleType, ModuleType] = {
    module: _GuardedModule(
        module,
        {
            name: _functions[getattr(module, name)]
            for name in (*names, *REPLACED.get(module, ()), "Random", "SystemRandom")
            if hasattr(module, name)
        },
    )
    for module, names in FORBIDDEN.items()
}
_modules[datetime] = _GuardedModule(
    datetime, {"datetime": _classes[datetime.datetime], "date": _classes[datetime.date]}
)
