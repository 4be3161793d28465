"""A few long requests of one person run at a time, whatever becomes of their browsers."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse

from agentex_web.actions.few_at_once import AT_ONCE, few_at_once
from agentex_web.chat import files, menu
from agentex_web.sharing import views as sharing


def request_of(person: int) -> Any:
    request = HttpRequest()
    request.user = SimpleNamespace(pk=person)  # type: ignore[assignment]
    return request


def test_others_do_not_wait_and_a_browser_that_goes_frees_no_place() -> None:
    running: list[int] = []

    async def visited() -> None:
        go_on = asyncio.Event()

        @few_at_once
        async def view(request: HttpRequest) -> HttpResponse:
            running.append(request.user.pk)
            await go_on.wait()
            return HttpResponse("whole")

        pages = [asyncio.create_task(view(request_of(1))) for _ in range(AT_ONCE + 2)]
        other = asyncio.create_task(view(request_of(2)))
        for _ in range(10):
            await asyncio.sleep(0)
        assert sorted(running) == [1] * AT_ONCE + [2]
        pages[0].cancel()  # It runs on: its thread cannot be stopped.
        pages[-1].cancel()  # It has not begun, and never will.
        for _ in range(10):
            await asyncio.sleep(0)
        assert running.count(1) == AT_ONCE
        go_on.set()
        for page in (*pages[1:-1], other):
            assert (await page).content == b"whole"
        assert running.count(1) == AT_ONCE + 1

    asyncio.run(visited())


def test_a_refusal_is_the_requests_own() -> None:
    @few_at_once
    async def view(request: HttpRequest) -> HttpResponse:
        raise Http404("There is no such chat.")

    with pytest.raises(Http404):
        asyncio.run(view(request_of(1)))


@pytest.mark.parametrize("view", [files.file, files.pages, menu.duplicate, sharing._shared_file])
def test_whole_files_and_copies_are_among_them(view: Any) -> None:
    """A copy of a long chat takes a minute, and eight of them held every thread of the database's pool."""
    names = []
    while view is not None:
        names.append(view.__code__.co_name)
        view = getattr(view, "__wrapped__", None)
    assert "in_turn" in names
