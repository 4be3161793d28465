"""One call, from wherever it is made: a workflow schedules the activity, an activity runs its body."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio import workflow

from agentex_web.temporal.options import RECORD

A = TypeVar("A")
R = TypeVar("R")


async def call(function: Callable[[A], Awaitable[R]], argument: A) -> R:
    """What the activity ``function`` returns for ``argument``."""
    if workflow.in_workflow():
        result: R = await workflow.execute_local_activity(function, argument, **RECORD)
        return result
    return await function(argument)
