"""agentex_web/compat/activity_polls.py is needed while the SDK's worker takes one activity after the other."""

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.worker import Worker
from temporalio.worker._activity import _ActivityWorker

from agentex_web.compat.activity_polls import POLLS, poll_in_parallel


def test_the_sdk_polls_one_after_the_other() -> None:
    assert inspect.getsource(_ActivityWorker.run).count("poll_activity_task()") == 1


async def test_activities_are_taken_at_once() -> None:
    polling = asyncio.Barrier(POLLS)

    async def run() -> None:
        await polling.wait()

    activities = SimpleNamespace(run=run)
    poll_in_parallel(cast(Worker, SimpleNamespace(_activity_worker=activities)))
    await asyncio.wait_for(activities.run(), 60)


async def test_an_error_ends_the_worker() -> None:
    calls: list[Any] = []

    async def run() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("Activity worker failed")
        await asyncio.Event().wait()

    activities = SimpleNamespace(run=run)
    poll_in_parallel(cast(Worker, SimpleNamespace(_activity_worker=activities)))
    with pytest.raises(RuntimeError, match="Activity worker failed"):
        await activities.run()


def test_a_worker_without_activities_is_refused() -> None:
    with pytest.raises(ValueError, match="no activities"):
        poll_in_parallel(cast(Worker, SimpleNamespace(_activity_worker=None)))
