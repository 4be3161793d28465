"""Keeps the timers, the clock and the random numbers of a turn whose workflow continues as new
(turns/steps.py).

temporalio 1.35 offers no interceptor for timers. ``asyncio.sleep``, ``workflow.sleep``, ``asyncio.timeout``
and the like all end in one private method of the workflow's event loop. ``workflow.now()`` and
``loop.time()`` read the time of the activation, which in a new run is later than in the run before.
``workflow.random()`` and ``workflow.uuid4()``, from which children without an id get theirs, are seeded again
for each run. No upstream issue is known.
"""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from temporalio import workflow

from agentex_web.turns import scope
from agentex_web.turns.timers import Cancellable

PATCH_RANDOM = "random numbers of the turn"
"""Temporal patch id. Before the patch, ``workflow.random()`` gave the random numbers of the run."""


def install(loop: Any) -> None:
    """Connects a workflow's event loop with its turns. Calling it again has no effect."""
    if "_timer_impl" in vars(loop):
        return
    start, time, time_ns = loop._timer_impl, loop.time, loop.workflow_time_ns
    runs_random = loop.workflow_random

    def start_timer(
        delay: float, options: Any, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> Cancellable:
        here = scope.current()
        # The pause between two attempts of a local activity belongs to the activity.
        if here is None or isinstance(asyncio.current_task(loop), workflow.ActivityHandle):
            timer: Cancellable = start(delay, options, callback, *args, context=context)
            return timer
        return here.progress.steps.start_timer(
            here.progress.next_path,
            delay,
            time(),
            lambda seconds, fire: start(seconds, options, fire, context=context),
            lambda: callback(*args),
        )

    def turns_time_ns() -> int:
        here = scope.current()
        clock = None if here is None else here.progress.steps.clock
        found: int = time_ns() if clock is None else int(clock * 1e9)
        return found

    def turns_random() -> Random:
        found: Random = runs_random()
        here = scope.current()
        return found if here is None or not workflow.patched(PATCH_RANDOM) else here.progress.random

    loop._timer_impl = start_timer
    loop.workflow_random = turns_random
    loop.workflow_time_ns = turns_time_ns
    loop.time = lambda: turns_time_ns() / 1e9
