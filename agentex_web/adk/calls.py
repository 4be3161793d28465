"""One call, from wherever it is made: a workflow schedules the activity, an activity runs its body."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow

from agentex_web.turns.options import RECORD

A = TypeVar("A")
R = TypeVar("R")


async def call(function: Callable[[A], Awaitable[R]], argument: A) -> R:
    """What the activity ``function`` returns for ``argument``; doing it again changes nothing."""
    if workflow.in_workflow():
        result: R = await workflow.execute_local_activity(function, argument, **RECORD)
        return result
    return await function(argument)


async def look(function: Callable[[A], Awaitable[R]], argument: A) -> R:
    """Like ``call``, for what is read and may decide what is written.

    Local activities are recorded with the workflow's next step: if the worker dies before it, all of
    them are repeated, and a second look would find what the first one led to. A timer is such a step.
    """
    found = await call(function, argument)
    if workflow.in_workflow():
        await workflow.sleep(timedelta(milliseconds=1))
    return found
