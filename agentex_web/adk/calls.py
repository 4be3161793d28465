"""One call, from wherever it is made: a workflow schedules the activity, an activity runs its body."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio import workflow

from agentex_web.temporal.options import RECORD

A = TypeVar("A")
R = TypeVar("R")


async def call(function: Callable[[A], Awaitable[R]], argument: A) -> R:
    """What the activity ``function`` returns for ``argument``; doing it again changes nothing."""
    if workflow.in_workflow():
        result: R = await workflow.execute_local_activity(function, argument, **RECORD)
        return result
    return await function(argument)


async def call_once(function: Callable[[A], Awaitable[R]], argument: A) -> R:
    """Like ``call``, for what is read and for what depends on it.

    Local activities are recorded with the workflow's next step: if the worker dies before it, all of
    them are repeated, and a second look would find what the first one led to. These are recorded one
    by one, which costs a round trip to Temporal.
    """
    if workflow.in_workflow():
        result: R = await workflow.execute_activity(function, argument, **RECORD)
        return result
    return await function(argument)
