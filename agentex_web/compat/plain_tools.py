"""Makes tools that are plain functions work in workflows.

openai-agents 0.22 runs them with ``asyncio.to_thread``. A workflow of temporalio 1.35 has no threads, so the
model would get an error without a text. Here such a tool runs inline. Like all workflow code it must be quick
and deterministic; code that waits or does I/O belongs in an activity.
"""

import asyncio
from collections.abc import Callable
from typing import Any


def run_inline(loop: asyncio.AbstractEventLoop) -> None:
    """Makes ``asyncio.to_thread`` work on a workflow's event loop, by running the function inline."""

    def run_in_executor(_executor: Any, function: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = loop.create_future()
        try:
            future.set_result(function(*args))
        except Exception as error:  # noqa: BLE001  (any exception belongs to the caller)
            future.set_exception(error)
        return future

    loop.run_in_executor = run_in_executor  # type: ignore[method-assign, assignment]
