"""The coroutine of an author's activity runs on another loop: it blocks nobody, and its end is awaited."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.worker import ActivityOutboundInterceptor

from agentex_web.worker.authors_activities import FromAnyLoop, on_own_loop


def of_an_author(function: Callable[..., Any]) -> Callable[..., Any]:
    function.__module__ = "agentex_web.agents.of_a_test"
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
