"""Failing background work is logged with its name, and a failing loop is restarted."""

import asyncio
import logging

import pytest

from agentex_web import background
from agentex_web.background import Loops, in_background, supervised


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "FIRST_PAUSE", 0.001)


def test_a_loop_that_fails_is_logged_and_started_again(caplog: pytest.LogCaptureFixture) -> None:
    began = []

    async def loop() -> None:
        began.append(True)
        if len(began) < 4:
            raise LookupError("gone")

    asyncio.run(supervised("The tides", loop))
    assert len(began) == 4
    assert [record.getMessage().split(";")[0] for record in caplog.records] == ["The tides failed"] * 3
    assert all(record.exc_info and record.exc_info[0] is LookupError for record in caplog.records)


def test_pauses_grow_up_to_a_limit(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "LONGEST_PAUSE", 0.004)
    began = []

    async def loop() -> None:
        began.append(True)
        if len(began) < 6:
            raise LookupError("gone")

    asyncio.run(supervised("The tides", loop))
    pauses = [float(record.getMessage().split()[-2]) for record in caplog.records]
    assert pauses == [0.001, 0.002, 0.004, 0.004, 0.004]


def test_an_exception_that_nobody_awaits_is_logged_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise LookupError("gone")

    async def start() -> None:
        task = in_background(fail(), "The delivery")
        await asyncio.wait([task])
        await asyncio.sleep(0)

    asyncio.run(start())
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "The delivery failed")
    assert record.exc_info is not None and record.exc_info[0] is LookupError


def test_work_that_is_cancelled_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    async def start() -> None:
        task = in_background(asyncio.Event().wait(), "The delivery")
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0)

    asyncio.run(start())
    assert not caplog.records


def test_loops_end_with_the_block_even_if_one_survives_a_cancellation() -> None:
    cancelled = []

    async def stubborn() -> None:
        while len(cancelled) < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(True)

    async def run() -> None:
        async with Loops({"A stubborn loop": stubborn}):
            await asyncio.sleep(0)

    asyncio.run(run())
    assert len(cancelled) == 2
