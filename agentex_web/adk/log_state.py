"""The parts of logging and warnings that all agents and the worker share.

``logging.config.dictConfig`` alone replaces the root's handlers and disables every logger that exists.
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

Part = tuple[str, Callable[[], Any], Callable[[Any], object]]
"""A part's name, a function that reads it, and one that writes what was read."""


def parts() -> Iterator[Part]:
    """Yields the parts."""
    root = logging.getLogger()
    yield "the log's handlers", lambda: list(root.handlers), lambda found: _fill(root.handlers, found)
    yield "the log's level", lambda: root.level, root.setLevel
    yield "the log's filters", lambda: list(root.filters), lambda found: _fill(root.filters, found)
    yield "the log's formats", lambda: _formats(root.handlers), _write_formats
    yield "other loggers", partial(_loggers, list(root.manager.loggerDict)), _write_loggers
    yield "logging.disable", lambda: root.manager.disable, logging.disable
    yield "the class of loggers", logging.getLoggerClass, logging.setLoggerClass
    yield "the log records", logging.getLogRecordFactory, logging.setLogRecordFactory
    yield "the warnings' display", lambda: warnings.showwarning, _write_showwarning


def quiet_parts() -> Iterator[Part]:
    """Yields parts that examples often change for their own output. Such changes are not reported."""
    yield "the warnings' filters", lambda: list(warnings.filters), _write_filters


def _fill(owned: list[Any], found: list[Any]) -> None:
    owned[:] = found


def _formats(handlers: list[logging.Handler]) -> list[tuple[Any, ...]]:
    return [(each, each.level, each.formatter, list(each.filters)) for each in handlers]


def _write_formats(found: list[tuple[Any, ...]]) -> None:
    for handler, level, formatter, filters in found:
        handler.level, handler.formatter = level, formatter
        handler.filters[:] = filters


def _loggers(names: list[str]) -> dict[str, tuple[Any, ...]]:
    known = logging.getLogger().manager.loggerDict
    found = {name: known[name] for name in names if name in known}
    return {
        name: (each.level, each.propagate, each.disabled, list(each.handlers), list(each.filters))
        for name, each in found.items()
        if isinstance(each, logging.Logger)
    }


def _write_loggers(found: dict[str, tuple[Any, ...]]) -> None:
    for name, (level, propagate, disabled, handlers, filters) in found.items():
        each = logging.getLogger(name)
        # setLevel also clears the cache of levels.
        each.setLevel(level)
        each.propagate, each.disabled = propagate, disabled
        each.handlers[:], each.filters[:] = handlers, filters


def _write_filters(found: list[Any]) -> None:
    warnings.resetwarnings()
    warnings.filters[:] = found  # type: ignore[index]


def _write_showwarning(found: Any) -> None:
    warnings.showwarning = found
