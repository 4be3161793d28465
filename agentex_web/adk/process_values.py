"""Values of the interpreter and the operating system that all agents and the worker share."""

import asyncio
import gc
import locale
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from functools import partial

from agentex_web.adk.log_state import Part


def parts() -> Iterator[Part]:
    """Yields them in the order in which they are restored."""
    yield "the working directory", _directory, os.chdir
    yield "sys.path", lambda: list(sys.path), _set_path
    for name in (
        "excepthook",
        "unraisablehook",
        "displayhook",
        "breakpointhook",
        "stdin",
        "stdout",
        "stderr",
    ):
        yield f"sys.{name}", partial(getattr, sys, name), partial(setattr, sys, name)
    yield "sys.settrace", sys.gettrace, sys.settrace
    yield "sys.setprofile", sys.getprofile, sys.setprofile
    yield "the threads' tracing", threading.gettrace, threading.settrace
    yield "the threads' profiling", threading.getprofile, threading.setprofile
    yield "the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit
    yield "the interval of thread switches", sys.getswitchinterval, sys.setswitchinterval
    yield "the limit of digits", sys.get_int_max_str_digits, sys.set_int_max_str_digits
    yield "the threads' stack size", threading.stack_size, threading.stack_size
    yield "the limit of open files", _open_files, _set_open_files
    yield "the permissions of new files", _umask, os.umask
    yield "the garbage collector", gc.isenabled, lambda was_on: gc.enable() if was_on else gc.disable()
    yield "the garbage collector's limits", gc.get_threshold, lambda found: gc.set_threshold(*found)
    yield "the garbage collector's log", gc.get_debug, gc.set_debug
    yield (
        "the locale",
        lambda: locale.setlocale(locale.LC_ALL),
        lambda found: locale.setlocale(locale.LC_ALL, found),
    )
    yield "the sockets' timeout", socket.getdefaulttimeout, socket.setdefaulttimeout
    yield "the event loop's policy", asyncio.get_event_loop_policy, asyncio.set_event_loop_policy
    yield "blocked signals", partial(signal.pthread_sigmask, signal.SIG_BLOCK, ()), _set_mask


def _open_files() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _set_open_files(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def _umask() -> int:
    # There is no way to read it without setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _set_mask(mask: set[int]) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _directory() -> str:
    """The working directory; "/" if it was removed."""
    try:
        return os.getcwd()
    except OSError:
        return "/"


def _set_path(path: list[str]) -> None:
    sys.path = path
