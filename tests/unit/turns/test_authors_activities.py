"""The coroutine of an author's activity runs on another loop: it blocks nobody, and its end is awaited."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityOutboundInterceptor

from agentex_web.turns import authors_activities, tool_loops
from agentex_web.turns.authors_activities import FromAnyLoop, on_own_loop


def of_an_author(function: Callable[..., Any], module: str = "of_a_test") -> Callable[..., Any]:
    function.__module__ = f"agentex_web.agents.{module}"
    return on_own_loop(function)


async def test_one_that_blocks_blocks_nobody() -> None:
    released = threading.Event()

    async def blocks(word: str) -> str:
        released.wait(30)
        return word

    running = asyncio.ensure_future(of_an_author(blocks)("done"))
    began = time.monotonic()
    await asyncio.sleep(0.05)
    assert time.monotonic() - began < 20
    released.set()
    assert await running == "done"


async def test_what_it_does_after_a_stop_is_awaited() -> None:
    said: list[str] = []
    begun = threading.Event()

    async def tells() -> None:
        try:
            begun.set()
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0.05)
            said.append("stored")

    running = asyncio.ensure_future(of_an_author(tells)())
    await asyncio.to_thread(begun.wait)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert said == ["stored"]


async def test_what_it_returns_after_a_stop_counts() -> None:
    begun = threading.Event()

    async def pays() -> str:
        try:
            begun.set()
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)
        return "paid"

    running = asyncio.ensure_future(of_an_author(pays)())
    await asyncio.to_thread(begun.wait)
    running.cancel()
    assert await running == "paid"


async def test_one_that_has_not_begun_is_stopped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool_loops, "MOST_LOOPS", 1)
    monkeypatch.setattr(tool_loops, "RESPONSE_SECONDS", 0.01)
    monkeypatch.setattr(authors_activities, "CLEANUP_SECONDS", 1000)
    begun, released = threading.Event(), threading.Event()

    async def blocks() -> None:
        begun.set()
        released.wait(60)

    async def waits() -> None:
        pass

    blocking = asyncio.ensure_future(of_an_author(blocks, "blocked")())
    await asyncio.to_thread(begun.wait)
    waiting = asyncio.ensure_future(of_an_author(waits, "blocked")())
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 30)
    assert not blocking.done()
    released.set()
    await blocking


async def test_the_files_of_a_folder_share_a_loop() -> None:
    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    first, second, other = [await of_an_author(loop, name)() for name in ("shop.pay", "shop.send", "store")]
    assert first is second
    assert first is not other


async def test_it_may_be_completed_later() -> None:
    async def later() -> None:
        activity.raise_complete_async()

    with pytest.raises(BaseException) as raised:
        await ActivityEnvironment().run(of_an_author(later))
    assert type(raised.value).__name__ == "_CompleteAsyncError"


async def test_its_exceptions_are_those_of_the_activity() -> None:
    async def fails() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError, match="x"):
        await of_an_author(fails)()


async def test_its_heartbeats_are_sent_from_the_workers_loop() -> None:
    threads: list[int] = []

    class Sender(ActivityOutboundInterceptor):
        def __init__(self) -> None:
            pass

        def heartbeat(self, *details: Any) -> None:
            threads.append(threading.get_ident())
            assert details == ("half",)
            asyncio.get_running_loop()

    outbound = FromAnyLoop(Sender())

    async def beats() -> None:
        outbound.heartbeat("half")

    await of_an_author(beats)()
    outbound.heartbeat("half")
    await asyncio.sleep(0)
    assert threads == 2 * [threading.get_ident()]


def test_code_of_others_stays_on_the_workers_loop() -> None:
    async def ours() -> None:
        pass

    assert on_own_loop(ours) is ours


async def test_it_is_noted_in_the_thread_that_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[object] = []

    @contextmanager
    def noted(*note: object) -> Iterator[None]:
        notes.append((*note[2:], threading.current_thread().name))
        yield

    monkeypatch.setattr(authors_activities, "_note", noted)

    async def looks() -> None:
        pass

    await ActivityEnvironment().run(of_an_author(looks))
    assert notes == [(1, "agentex_web.agents.of_a_test.looks", False, "tools")]
