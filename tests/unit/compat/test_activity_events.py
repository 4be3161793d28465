"""agentex_web/compat/activity_events.py is needed while the SDK's events belong to one event loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from temporalio.common import _CompositeEvent

from agentex_web.compat.activity_events import wait_on
from agentex_web.turns.tool_loops import ToolLoop


async def outcomes(work: Callable[[], Awaitable[None]]) -> list[BaseException | None]:
    """How it ends on two other loops."""

    async def once() -> None:
        await work()

    running = [asyncio.ensure_future(ToolLoop().run(once())) for _ in range(2)]
    return await asyncio.gather(*running, return_exceptions=True)


async def test_code_on_any_loop_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    event = _CompositeEvent(thread_event=threading.Event(), async_event=asyncio.Event())
    monkeypatch.setattr(_CompositeEvent, "wait", _CompositeEvent.wait)
    wait_on(asyncio.get_running_loop())
    begun = threading.Semaphore(0)

    async def waits() -> None:
        begun.release()
        await event.wait()

    waiting = asyncio.ensure_future(outcomes(waits))
    own = asyncio.ensure_future(event.wait())
    for _ in range(2):
        await asyncio.to_thread(begun.acquire)
    await asyncio.sleep(0.05)
    event.set()
    assert await asyncio.wait_for(waiting, 30) == [None, None]
    await own


async def test_the_sdks_events_belong_to_one_loop() -> None:
    event = _CompositeEvent(thread_event=threading.Event(), async_event=asyncio.Event())
    own = asyncio.ensure_future(event.wait())
    await asyncio.sleep(0)
    first, _ = await outcomes(event.wait)
    assert "bound to a different event loop" in str(first)
    event.set()
    await own
