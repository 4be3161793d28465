"""Several activities taken from Temporal in one pass of the worker's event loop.

temporalio 1.35 asks its Rust core for one activity after the other, and each takes some passes of the event
loop. With 100 answers streaming, a pass takes a third of a second: activities that Temporal counted as
started waited more than ten seconds in the core, and were given out again because no heartbeat came. No
upstream issue is known.
"""

import asyncio

from temporalio.worker import Worker

POLLS = 16
"""How many activities one pass of the event loop can take."""


def poll_in_parallel(worker: Worker) -> Worker:
    """Makes the worker, which has not started yet, take up to ``POLLS`` activities at once. Returns it."""
    activities = worker._activity_worker
    if activities is None:
        raise ValueError("The worker has no activities.")
    poll = activities.run

    async def run() -> None:
        await asyncio.gather(*(poll() for _ in range(POLLS)))

    activities.run = run  # type: ignore[method-assign]
    return worker
