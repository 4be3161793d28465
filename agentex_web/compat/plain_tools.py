"""Tools that are plain functions, in workflows.

openai-agents 0.22 runs them with ``asyncio.to_thread``, and a workflow of temporalio 1.35 has no threads: the
model would get an error without a text. Here such a tool runs where it is called. It must be quick and
deterministic, as any code in a workflow; what waits or looks outside is written as an activity.
"""

import asyncio
from collections.abc import Callable
from typing import Any


def run_inline(loop: asyncio.AbstractEventLoop) -> None:
    """Lets ``asyncio.to_thread`` work on a workflow's event loop, in the workflow's own thread."""

    def run_in_executor(_executor: Any, function: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = loop.create_future()
        try:
            future.set_result(function(*args))
        except Exception as error:  # noqa: BLE001  (it is the caller's, whatever it is)
            future.set_exception(error)
        return future

    loop.run_in_executor = run_in_executor  # type: ignore[method-assign, assignment]
