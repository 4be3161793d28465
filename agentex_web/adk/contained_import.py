"""Imports agents' files in a way that protects the worker from their side effects."""

import asyncio
import builtins
import faulthandler
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from agentex_web.adk.bad_agent_file import ImportTooSlow, RunsOnImport
from agentex_web.adk.import_output import limited_output
from agentex_web.adk.process_state import restored_process_state
from agentex_web.compat.running_loop import no_running_loop
from agents import Runner

LONGEST_IMPORT = 20.0
"""In seconds. The slowest package that agents use takes 6 s to import on a busy machine."""

NEXT_INTERRUPT_SECONDS = 0.5
"""Interval between further interrupts of an import that went on after the first."""
_signal, _setitimer = signal.signal, signal.setitimer
_connect, _POSITION_OF_CHECK = sqlite3.connect, 5
"""The function, and the position of its argument ``check_same_thread``, counted from 1."""


@contextmanager
def contained(seconds: float = LONGEST_IMPORT) -> Iterator[list[str]]:
    """Runs a block that can neither end the process, nor run an event loop, nor read from the console.

    Python code in the main thread is interrupted if it takes too long. Threads that the block starts do not
    keep the process from ending. Changes to the state of the whole process are undone.

    Yields:
        a list that, after the block, names the changes that were undone.

    Raises:
        ImportTooSlow: the block took longer than ``seconds``.
        RunsOnImport: the block ran an event loop or called ``input()`` outside of an agent's module.
    """
    with (
        restored_process_state() as changed,
        limited_output(),
        _replaced(_replacements()),
        no_running_loop(),
        _limited(seconds),
    ):
        yield changed


def _replacements() -> list[tuple[Any, str, Any]]:
    """Owners, attribute names, and the values that these have while a file is imported."""
    return [
        # The arguments belong to the worker's command, not to the author's program.
        (sys, "argv", sys.argv[:1]),
        (os, "_exit", _in_main_thread(os._exit, _raise_system_exit)),
        (os, "fork", _in_main_thread(os.fork, _refuse_running("a second process"))),
        # Outside of a function, `Runner.run` without `await` would only make a coroutine that nothing runs.
        *(
            (Runner, name, _in_main_thread(getattr(Runner, name), _refuse_run))
            for name in ("run", "run_sync", "run_streamed")
        ),
        (asyncio, "run", _in_main_thread(asyncio.run, _refuse_running("asyncio.run()"))),
        (
            asyncio.BaseEventLoop,
            "run_until_complete",
            _in_main_thread(asyncio.BaseEventLoop.run_until_complete, _refuse_running("an event loop")),
        ),
        (
            asyncio.BaseEventLoop,
            "run_forever",
            _in_main_thread(asyncio.BaseEventLoop.run_forever, _refuse_run_forever),
        ),
        (signal, "alarm", _in_main_thread(signal.alarm, _ignore_timer)),
        (signal, "setitimer", _in_main_thread(signal.setitimer, _ignore_timer)),
        (signal, "signal", _signal_but_not_alarm),
        # The loader's own timer ends an import that nothing interrupts.
        (
            faulthandler,
            "dump_traceback_later",
            _in_main_thread(faulthandler.dump_traceback_later, _ignore_timer),
        ),
        (
            faulthandler,
            "cancel_dump_traceback_later",
            _in_main_thread(faulthandler.cancel_dump_traceback_later, _ignore_timer),
        ),
        (sqlite3, "connect", _in_main_thread(sqlite3.connect, _connect_for_all_threads)),
        (builtins, "input", _in_main_thread(builtins.input, _refuse_input)),
        (threading.Thread, "start", _started_as_daemon(threading.Thread.start)),
    ]


@contextmanager
def _replaced(names: list[tuple[Any, str, Any]]) -> Iterator[None]:
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in names]
    for owner, name, value in names:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for (owner, name, value), (_, _, replacement) in zip(before, names, strict=True):
            # What the file itself has replaced is put back, and reported, by `restored_process_state`.
            if owner is not Runner or vars(owner)[name] is replacement:
                setattr(owner, name, value)


def _in_main_thread(original: Callable[..., Any], replacement: Callable[..., Any]) -> Callable[..., Any]:
    """Calls ``replacement`` in the main thread, and ``original`` in others, such as the worker's watchdog."""

    def called(*args: Any, **kwargs: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            return original(*args, **kwargs)
        for each in args:
            if asyncio.iscoroutine(each):
                each.close()
            elif asyncio.isfuture(each):
                # Otherwise the worker's own loop would run it.
                each.cancel()
        return replacement(*args, **kwargs)

    return called


def _ignore_timer(*_args: Any) -> Any:
    """Does nothing: the process has one timer, which limits the import."""
    return (0.0, 0.0) if len(_args) > 1 else 0


def _signal_but_not_alarm(number: int, handler: Any) -> Any:
    return signal.getsignal(number) if number == signal.SIGALRM else _signal(number, handler)


def _connect_for_all_threads(*args: Any, **kwargs: Any) -> sqlite3.Connection:
    """A connection that a file opens is for its tools, which run in threads. SQLite itself allows that."""
    if len(args) < _POSITION_OF_CHECK:
        kwargs.setdefault("check_same_thread", False)
    connection: sqlite3.Connection = _connect(*args, **kwargs)
    return connection


def _raise_system_exit(status: int = 0) -> NoReturn:
    raise SystemExit(status)


def _refuse_run(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise RunsOnImport("runs an agent while it is imported")


def _refuse_running(what: str) -> Callable[..., NoReturn]:
    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise RunsOnImport(f"runs {what} while it is imported")

    return refuse


def _refuse_run_forever(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise RunsOnImport("runs an event loop while it is imported")


def _refuse_input(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise RunsOnImport("calls input() while it is imported, and nobody is there to answer")


def _started_as_daemon(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    def start_daemon(self: threading.Thread) -> None:
        # A thread of the author that never ends would keep `manage.py check` from ending.
        if threading.current_thread() is threading.main_thread():
            self.daemon = True
        start(self)

    return start_daemon


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise ImportTooSlow(f"It was still being imported after {seconds:g} s")

    before = _signal(signal.SIGALRM, interrupt)
    # Repeated, because a library may catch it. A test may have set a timer of its own.
    left, every = _setitimer(signal.ITIMER_REAL, seconds, NEXT_INTERRUPT_SECONDS)
    try:
        yield
    finally:
        _setitimer(signal.ITIMER_REAL, left, every)
        _signal(signal.SIGALRM, before)
