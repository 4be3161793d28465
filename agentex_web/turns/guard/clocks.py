"""The clock of workflows, in place of ``time``, ``datetime`` and ``date``."""

import datetime
import time
from collections.abc import Callable
from typing import Any

from temporalio import workflow

from agentex_web.turns.guard.in_workflows import replaced_in_workflows

TIME: dict[str, Callable[..., Any]] = {
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
}
"""What takes the place of the functions of ``time`` in workflows."""
CLASS_CLOCKS = ("now", "utcnow", "today")
"""The class methods of ``datetime`` and ``date`` that read the clock."""


def _now(tz: datetime.tzinfo | None = None) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(workflow.time(), tz)


def _utcnow() -> datetime.datetime:
    return _now(datetime.UTC).replace(tzinfo=None)


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
        name: staticmethod(replaced_in_workflows(getattr(real, name), instead))
        for name, instead in clocks.items()
    }

    def schema(_source: Any, handler: Callable[[Any], Any]) -> Any:
        return handler(real)

    return _DateType(
        real.__name__, (), {**names, "_real": real, "__get_pydantic_core_schema__": staticmethod(schema)}
    )


DATE_CLASSES: dict[Any, type] = {
    datetime.datetime: _date_class(datetime.datetime, {"now": _now, "utcnow": _utcnow, "today": _now}),
    datetime.date: _date_class(datetime.date, {"today": lambda: _now().date()}),
}
"""The replacements for ``datetime.datetime`` and ``datetime.date``."""
