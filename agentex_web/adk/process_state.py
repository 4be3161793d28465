"""Undoes the changes that an agent's file makes to the whole process while it is imported.

All agents share a worker. If a file sets signal handlers, the event loop's policy or the root log's handlers,
or patches asyncio, that would affect the other agents and the worker itself.
"""

import asyncio
import builtins
import contextlib
import logging
import os
import random
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

logger = logging.getLogger(__name__)

_NAMESPACES: dict[str, Any] = {
    "asyncio": asyncio,
    "asyncio.events": asyncio.events,
    "asyncio.tasks": asyncio.tasks,
    "asyncio.futures": asyncio.futures,
    "asyncio.runners": asyncio.runners,
    "asyncio's event loop": asyncio.BaseEventLoop,
    "Python's builtins": builtins,
    "random": random,
    "socket": socket,
    "ssl": ssl,
    "threading": threading,
    "time": time,
}
"""Modules and classes whose attributes are restored, because other agents and the worker rely on them."""
_SIGNALS = [each for each in signal.Signals if each not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGALRM)]


@contextmanager
def restored_process_state() -> Iterator[list[str]]:
    """Undoes the block's changes to the process. Yields a list that names them after the block.

    New environment variables are kept, because agents read their own keys from there. Names that a patch adds
    to a module are kept too. In threads other than the main thread, signal handlers are not restored.
    """
    changed: list[str] = []
    restorers = [*_values(), *(_namespace(name, each) for name, each in _NAMESPACES.items())]
    try:
        yield changed
    finally:
        for name, restore in restorers:
            try:
                if restore():
                    changed.append(name)
            except Exception:
                # The file left a part that cannot be restored. The other parts still are.
                logger.exception("%s could not be restored", name)
                changed.append(name)


Restorer = tuple[str, Callable[[], bool]]
"""The name of a part of the process's state, and a function that restores it; True if it had changed."""


def _values() -> Iterator[Restorer]:
    root = logging.getLogger()
    yield "the working directory", _value(_directory, os.chdir)
    yield "sys.path", _value(lambda: list(sys.path), _set_path)
    yield "the environment", _environment()
    yield "the log's handlers", _value(lambda: list(root.handlers), lambda found: _set_handlers(root, found))
    yield "the log's level", _value(lambda: root.level, root.setLevel)
    yield "logging.disable", _value(lambda: root.manager.disable, logging.disable)
    yield "sys.excepthook", _value(lambda: sys.excepthook, lambda hook: setattr(sys, "excepthook", hook))
    yield "the recursion limit", _value(sys.getrecursionlimit, sys.setrecursionlimit)
    yield "the sockets' timeout", _value(socket.getdefaulttimeout, socket.setdefaulttimeout)
    yield "the event loop's policy", _value(asyncio.get_event_loop_policy, asyncio.set_event_loop_policy)
    if threading.current_thread() is threading.main_thread():
        for each in _SIGNALS:
            yield f"the handler of {each.name}", _handler(each)


def _value(read: Callable[[], Any], write: Callable[[Any], object]) -> Callable[[], bool]:
    before = read()

    def restore() -> bool:
        try:
            if read() == before:
                return False
        except Exception:  # noqa: BLE001, S110  (what cannot be read any more has changed)
            pass
        write(before)
        return True

    return restore


def _directory() -> str:
    """The working directory; "/" if it was removed."""
    try:
        return os.getcwd()
    except OSError:
        return "/"


def _set_path(path: list[str]) -> None:
    sys.path = path


def _set_handlers(root: logging.Logger, handlers: list[logging.Handler]) -> None:
    root.handlers[:] = handlers


def _environment() -> Callable[[], bool]:
    before = dict(os.environ)

    def restore() -> bool:
        lost = {name: value for name, value in before.items() if os.environ.get(name) != value}
        os.environ.update(lost)
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


def _namespace(name: str, owner: Any) -> Restorer:
    before = dict(vars(owner))

    def restore() -> bool:
        now = vars(owner)
        lost = {each: value for each, value in before.items() if now.get(each) is not value}
        for each, value in lost.items():
            setattr(owner, each, value)
        return bool(lost)

    return name, restore
