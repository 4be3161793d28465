"""Queries and computations on foreign text run in separate threads."""

import asyncio
import threading

import pytest

from agentex_web.computing import computed
from agentex_web.tasks import threads
from agentex_web.tasks.threads import in_database


def test_a_connection_is_checked_once_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    checks: list[int] = []
    monkeypatch.setattr(threads, "close_old_connections", lambda: checks.append(1))

    async def calls() -> None:
        for _ in range(3):
            await in_database(int)

    asyncio.run(calls())
    assert len(checks) == 3


def test_computations_that_fill_their_threads_delay_no_query() -> None:
    async def run() -> str:
        release = threading.Event()
        computing = [asyncio.create_task(computed(release.wait, 30)) for _ in range(50)]
        try:
            return await asyncio.wait_for(in_database(lambda: threading.current_thread().name), 20)
        finally:
            release.set()
            await asyncio.gather(*computing)

    assert asyncio.run(run()).startswith("database")
