"""Undoes the changes that an agent's file makes to the whole process while it is imported.

All agents share a worker. If a file sets signal handlers, the event loop's policy or the root log's handlers,
or patches asyncio, that would affect the other agents and the worker itself.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from agentex_web.adk import log_state, process_values
from agentex_web.adk.shared_modules import namespaces, replaced

logger = logging.getLogger(__name__)

_SHARED_VARIABLES = frozenset(
    "ALL_PROXY HTTP_PROXY HTTPS_PROXY NO_PROXY REQUESTS_CA_BUNDLE CURL_CA_BUNDLE DATABASE_URL REDIS_URL"
    " OPENAI_BASE_URL OPENAI_LOG OPENAI_ORG_ID OPENAI_PROJECT_ID LANG LANGUAGE TMPDIR TZ".split()
)
_SHARED_PREFIXES = ("AGENTEX_", "DJANGO_", "LC_", "LD_", "PYTHON", "SSL", "TEMPORAL_")
"""New variables that would change what other agents or the worker do, such as where their model calls go, and
the beginnings of such names.
"""
_SIGNALS = [each for each in signal.Signals if each not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGALRM)]


@contextmanager
def restored_process_state() -> Iterator[list[str]]:
    """Undoes the block's changes to the process. Yields a list that names them after the block.

    New environment variables are kept, because agents read their own keys from there, except those that
    others would read too. Names that a patch adds to a module are kept. Signal handlers are only restored in
    the main thread.
    """
    changed: list[str] = []
    found = restorers()
    try:
        yield changed
    finally:
        changed += restored(found)


Restorer = tuple[str, Callable[[], bool]]
"""The name of a part of the process's state, and a function that restores it; True if it had changed."""


def restorers() -> list[Restorer]:
    """Functions that restore the process to its present state."""
    return [*_values(), *namespaces()]


def restored(parts: Iterable[Restorer], failed: set[str] | None = None) -> list[str]:
    """Restores parts of the process's state.

    Args:
        failed: the names of the parts that the last call could not restore, to be passed to the next one.
            They are tried again, but not reported again.

    Returns:
        the names of the parts that had changed and that people are told of.
    """
    failed = set() if failed is None else failed
    changed: list[str] = []
    quiet = {name for name, *_ in log_state.quiet_parts()}
    for name, restore in parts:
        try:
            had_changed = restore()
        except Exception:
            # An author's code left a part that cannot be restored. The other parts still are.
            if name not in failed:
                logger.exception("%s could not be restored", name)
                changed.append(name)
                failed.add(name)
        else:
            failed.discard(name)
            if had_changed and name not in quiet:
                changed.append(name)
    return changed


def _values() -> Iterator[Restorer]:
    for name, read, write in [*process_values.parts(), *log_state.parts(), *log_state.quiet_parts()]:
        yield name, _value(read, write)
    yield "the environment", _environment()
    yield "the time zone", _value(lambda: time.tzname, lambda _found: time.tzset())
    yield "the finders of modules", _finders()
    yield "loaded modules", _modules()
    if threading.current_thread() is threading.main_thread():
        for each in _SIGNALS:
            yield f"the handler of {each.name}", _handler(each)


def _value(read: Callable[[], Any], write: Callable[[Any], object]) -> Callable[[], bool]:
    before = read()

    def restore() -> bool:
        try:
            now = read()
            # An author's object may say that it equals everything.
            if now is before or (type(now) is type(before) and now == before):
                return False
        except Exception:  # noqa: BLE001, S110  (what cannot be read any more has changed)
            pass
        write(before)
        return True

    return restore


def _environment() -> Callable[[], bool]:
    before = dict(os.environ)

    def restore() -> bool:
        lost = {name: value for name, value in before.items() if os.environ.get(name) != value}
        os.environ.update(lost)
        harmful = [each for each in os.environ if each not in before and _is_read_by_others(each)]
        for name in harmful:
            del os.environ[name]
        return bool(lost or harmful)

    return restore


def _is_read_by_others(name: str) -> bool:
    return name.upper() in _SHARED_VARIABLES or name.upper().startswith(_SHARED_PREFIXES)


def _finders() -> Callable[[], bool]:
    """Restores finders that were removed. New ones are kept: packages such as six need theirs."""
    before = list(sys.meta_path)

    def restore() -> bool:
        lost = [each for each in before if each not in sys.meta_path]
        if lost:
            sys.meta_path[:] = [*(each for each in sys.meta_path if each not in before), *before]
        return bool(lost)

    return restore


def _modules() -> Callable[[], bool]:
    """Restores modules that were removed or replaced; the file keeps what it has imported."""
    before = dict(sys.modules)

    def restore() -> bool:
        lost = {name: before[name] for name in replaced(before, sys.modules)}
        sys.modules.update(lost)
        return bool(lost)

    return restore


def _handler(number: signal.Signals) -> Callable[[], bool]:
    before = signal.getsignal(number)

    def restore() -> bool:
        # None: the handler before was not installed from Python, so Python code cannot restore it.
        if before is None or signal.getsignal(number) == before:
            return False
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, before)
        return True

    return restore
