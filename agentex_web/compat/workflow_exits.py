"""Contains SystemExit, KeyboardInterrupt and other BaseExceptions of an author's code in workflows.

asyncio raises the first two out of the event loop, and temporalio 1.35 passes them on: one ``raise
SystemExit`` in a workflow ends the worker, and each worker that replays it. temporalio does not catch other
BaseExceptions either, and then the workflow never ends. Here they become an ordinary exception, in each task
of a workflow and around each of its activations. No upstream issue is known.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from temporalio.bridge.runtime import Runtime
from temporalio.worker._workflow import _InterruptDeadlockError
from temporalio.worker._workflow_instance import _WorkflowInstanceImpl

from agentex_web.exception_groups import words_of

INTERRUPT: type[BaseException] = _InterruptDeadlockError
"""Raised in a workflow's thread that was blocked for 2 s."""
_create_task = _WorkflowInstanceImpl.create_task
_activate = _WorkflowInstanceImpl.activate


class AuthorsExit(Exception):
    """The code of a workflow raised an exception that is meant to end a program."""


_noted: Callable[[str], AbstractContextManager[None]] = nullcontext  # type: ignore[assignment]
"""Entered with the workflow's id while a workflow task runs."""


def interrupt(thread: int, error: type[BaseException] = INTERRUPT) -> None:
    """Raises ``error`` in the Python code that a thread runs.

    By default, what Temporal raises in a thread that has run a workflow for 2 s. Temporal does so only once.

    One interrupt may not be enough: asyncio keeps the exception in the task that it hits, and runs the next
    one. Nor does Temporal interrupt what an eviction runs.
    """
    Runtime._raise_in_thread(thread, error)


def note_with(noted: Callable[[str], AbstractContextManager[None]]) -> None:
    """Sets what is entered, with the workflow's id, while a workflow task of this process runs."""
    global _noted  # noqa: PLW0603  (the only writer)
    _noted = noted


def install() -> None:
    """Patches Temporal's workflow instances. Calling it again has no effect."""
    _WorkflowInstanceImpl.create_task = _contained_task  # type: ignore[method-assign]
    _WorkflowInstanceImpl.activate = _contained_activation  # type: ignore[method-assign]


def _contained_task(self: _WorkflowInstanceImpl, coro: Any, **options: Any) -> asyncio.Task[Any]:
    return _create_task(self, _contained(coro) if asyncio.iscoroutine(coro) else coro, **options)


def _contained_activation(self: _WorkflowInstanceImpl, act: Any) -> Any:
    try:
        with _noted(self._info.workflow_id):
            return _activate(self, act)
    except (SystemExit, KeyboardInterrupt) as error:
        raise AuthorsExit(words_of(error)) from error


async def _contained(coroutine: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await coroutine
    except (Exception, asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as error:
        if type(error).__module__.startswith("temporalio."):
            # Temporal's own: a continue-as-new, an eviction, an interrupted deadlock.
            raise
        raise AuthorsExit(words_of(error)) from error
