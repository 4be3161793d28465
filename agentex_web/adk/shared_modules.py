"""Restores what an agent's file replaces in modules and classes that other agents and the worker use."""

import asyncio
import builtins
import concurrent.futures.thread
import http.client
import json
import logging
import operator
import os
import queue
import random
import selectors
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import openai

import agents

# urlopen() makes this when it is first used. Made here, it does not count as an author's change.
urllib.request.install_opener(urllib.request.build_opener())

NAMESPACES: dict[str, Any] = {
    "asyncio": asyncio,
    "asyncio.events": asyncio.events,
    "asyncio.tasks": asyncio.tasks,
    "asyncio.futures": asyncio.futures,
    "asyncio.runners": asyncio.runners,
    "asyncio's event loop": asyncio.BaseEventLoop,
    "Python's builtins": builtins,
    "http.client": http.client,
    "HTTP connections": http.client.HTTPConnection,
    "JSON": json,
    "JSON encoders": json.JSONEncoder,
    "logging": logging,
    "loggers": logging.Logger,
    "the OpenAI client": openai.AsyncOpenAI,
    "the Agents SDK": agents,
    "the SDK's Runner": agents.Runner,
    "os": os,
    "queue": queue,
    "random": random,
    "select": selectors,
    "signal": signal,
    "socket": socket,
    "sockets": socket.socket,
    "ssl": ssl,
    "subprocess": subprocess,
    "processes": subprocess.Popen,
    "threading": threading,
    "threads": threading.Thread,
    "thread pools": concurrent.futures.thread.ThreadPoolExecutor,
    "time": time,
    "urllib's requests": urllib.request,
}
"""Modules and classes whose attributes are restored, because other agents and the worker rely on them."""
_IF_LOADED = ("httpx", "httpx2", "requests", "aiohttp")


def namespaces() -> Iterator[tuple[str, Callable[[], bool]]]:
    """Yields the name of each, and a function that restores it; it returns True if something had changed."""
    for name, owner in NAMESPACES.items():
        yield name, _restorer(owner)
    for name in _IF_LOADED:
        if name in sys.modules:
            yield name, _restorer(sys.modules[name])


def _restorer(owner: Any) -> Callable[[], bool]:
    before = dict(vars(owner))
    # At first, workflows may already run. What the sandbox replaces then is not watched. The namespaces have
    # 3,000 names, but few types.
    if left_out := set(filter(_is_of_sandbox, set(map(type, before.values())))):
        before = {name: value for name, value in before.items() if type(value) not in left_out}

    def restore() -> bool:
        changed = replaced(before, vars(owner))
        lost = {name: before[name] for name, value in changed.items() if not _is_of_sandbox(type(value))}
        for each, value in lost.items():
            setattr(owner, each, value)
        return bool(lost)

    return restore


def replaced(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The names whose values are no longer the same object, with their present values; None if removed.

    Values are not compared with ``==``: an author's object may raise there, or be equal to everything.
    """
    # In C if nothing has changed, which is the usual case.
    if all(map(operator.is_, map(now.get, before), before.values())):
        return {}
    return {name: now.get(name) for name, value in before.items() if now.get(name) is not value}


def _is_of_sandbox(kind: type) -> bool:
    """True for the types of values by which the sandbox replaces others.

    Temporal's sandbox replaces builtins while a workflow's code runs, with values for each thread. Ours among
    them derive from the sandbox's own (compat/sandbox_checks.py).
    """
    # Nearly all are types of Python itself. Looking at their bases took a fifth of the time of `contained`.
    if kind.__module__ == "builtins":
        return False
    modules = (each.__module__ for each in kind.__mro__)
    return any(each.startswith("temporalio.worker.workflow_sandbox") for each in modules)
