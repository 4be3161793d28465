"""Sends heartbeats for tools whose authors asked for none, so that a worker's death is noticed soon."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

from agentex_web.turns.options import HEARTBEAT


@asynccontextmanager
async def beating(*, is_async: bool) -> AsyncIterator[None]:
    """Sends heartbeats for the running activity, a coroutine or a plain function, until the block ends."""
    beats = asyncio.create_task(_beat(is_async))
    try:
        yield
    finally:
        beats.cancel()


async def _beat(is_async: bool) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT.total_seconds() / 3)
        if is_async:
            activity.heartbeat()
        else:
            # For a plain function it waits for the event loop (temporalio 1.35), which must not wait for it.
            await asyncio.to_thread(activity.heartbeat)
