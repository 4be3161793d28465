"""Queries and computations on foreign text run in separate threads."""

import asyncio
import threading

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

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


def test_one_persons_requests_leave_threads_to_others() -> None:
    release, entered = threading.Event(), threading.Semaphore(0)
    begun: list[HttpRequest] = []

    def page(request: HttpRequest) -> None:
        begun.append(request)
        entered.release()
        assert release.wait(60)

    def request_of(person: int) -> HttpRequest:
        request = HttpRequest()
        request.user = User(pk=person)
        return request

    async def visited() -> None:
        pages = [asyncio.create_task(in_database(page, request_of(1))) for _ in range(3 * threads.THREADS)]
        try:
            for _ in range(threads.OF_ONE_PERSON):
                assert await asyncio.to_thread(entered.acquire, timeout=60)
            # Its browser goes, but its thread cannot be stopped.
            pages[0].cancel()
            assert await asyncio.wait_for(in_database(lambda user: user.pk, User(pk=2)), 60) == 2
            assert len(begun) == threads.OF_ONE_PERSON
        finally:
            release.set()
        await asyncio.gather(*pages[1:])

    asyncio.run(visited())
    assert len(begun) == 3 * threads.THREADS


def test_a_request_whose_account_is_not_loaded_is_nobodys() -> None:
    request = HttpRequest()
    request.user = SimpleLazyObject(lambda: pytest.fail("loaded"))  # type: ignore[assignment]
    assert asyncio.run(in_database(lambda request: 1, request)) == 1
