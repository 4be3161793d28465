"""A worker imports what people uploaded, a file of each person at a time; nothing is imported twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from agentex_web.imports import running
from agentex_web.imports.models import Import
from agentex_web.imports.running import import_next
from agentex_web.tasks.models import Task
from tests.support.own_chats import somebody
from tests.unit.imports.uploading import chats, imported, uploaded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("without_redis")]


def test_a_file_is_imported_and_deleted_and_another_time_adds_only_what_is_new(
    without_redis: list[int],
) -> None:
    ada = somebody()
    row = uploaded(ada, chats("One", "Two", ""))
    storage, name = row.file.storage, row.file.name
    row = imported(row)
    assert (row.status, row.percent, row.made, row.known, row.empty) == ("done", 100, 2, 0, 1)
    assert not row.file and not storage.exists(name) and without_redis == [ada.pk]
    assert {str(each.pk) for each in Task.objects.filter(owner=ada)} == set(row.first)
    again = imported(uploaded(ada, chats("One", "Two", "Three")))
    assert (again.made, again.known) == (1, 2)
    assert not async_to_sync(import_next)()


def test_what_came_before_a_fault_stays() -> None:
    ada = somebody()
    row = imported(uploaded(ada, chats("One", "Two")[:-1] + b', "no chat"]'))
    assert row.status == "failed" and "not an export" in row.error and row.made == 2


def test_an_import_goes_on_after_a_workers_death(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = somebody()
    row = uploaded(ada, chats("One", "Two", "Three"))
    read = running.read_export

    async def until_it_dies(body: bytes) -> AsyncIterator[dict[str, Any]]:
        async for found in read(body):
            yield found
            if found["title"] == "Two":
                raise KeyboardInterrupt

    monkeypatch.setattr(running, "read_export", until_it_dies)
    monkeypatch.setattr(running, "REPORT_SECONDS", 0.0)
    with pytest.raises(KeyboardInterrupt):
        async_to_sync(import_next)()
    monkeypatch.setattr(running, "read_export", read)
    # Its worker may still be alive, and the person's next file waits.
    uploaded(ada, chats("Four"))
    assert not async_to_sync(import_next)()
    Import.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=2))
    row = imported(row)
    assert (row.status, row.made, row.known) == ("done", 3, 0)


def test_only_a_file_that_is_gone_ends_an_import(monkeypatch: pytest.MonkeyPatch) -> None:
    row, gone = uploaded(somebody(), chats("One")), uploaded(somebody(), chats("One"))
    read = running.read_export

    async def without_processes(body: bytes) -> AsyncIterator[dict[str, Any]]:
        raise BlockingIOError("Resource temporarily unavailable")
        yield {}

    monkeypatch.setattr(running, "read_export", without_processes)
    with pytest.raises(BlockingIOError):
        imported(row)
    monkeypatch.setattr(running, "read_export", read)
    row.refresh_from_db()
    assert row.status == "running" and row.file.storage.exists(row.file.name)
    gone.file.storage.delete(gone.file.name)
    gone = imported(gone)
    assert (gone.status, gone.error) == ("failed", running.GONE)
    Import.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=2))
    row = imported(row)
    assert (row.status, row.made) == ("done", 1)


def test_an_import_that_fails_each_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    row = uploaded(somebody(), chats("One"))
    storage, name = row.file.storage, row.file.name

    async def failing(body: bytes) -> AsyncIterator[dict[str, Any]]:
        raise MemoryError
        yield {}

    monkeypatch.setattr(running, "read_export", failing)
    for _ in range(running.MOST_ATTEMPTS):
        with pytest.raises(MemoryError):
            imported(row)
        Import.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=2))
    row = imported(row)
    assert (row.status, row.error) == ("failed", running.TOO_MUCH)
    assert not row.file and not storage.exists(name)


def test_the_ends_of_workers_are_no_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    row = uploaded(somebody(), chats("One"))
    read = running.read_export

    async def until_the_worker_ends(body: bytes) -> AsyncIterator[dict[str, Any]]:
        raise asyncio.CancelledError
        yield {}

    monkeypatch.setattr(running, "read_export", until_the_worker_ends)
    for _ in range(running.MOST_ATTEMPTS + 1):
        with pytest.raises(asyncio.CancelledError):
            imported(row)
    monkeypatch.setattr(running, "read_export", read)
    row = imported(row)
    assert (row.status, row.made, row.attempts) == ("done", 1, 1)


def test_a_chat_that_fails_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = running.import_chat

    def failing(owner_id: int, agent: Any, found: dict[str, Any]) -> Task | None:
        if found["title"] == "Two":
            raise ValueError("no")
        return real(owner_id, agent, found)

    monkeypatch.setattr(running, "import_chat", failing)
    row = imported(uploaded(somebody(), chats("One", "Two", "Three")))
    assert (row.status, row.made, row.left_out) == ("done", 2, 1)


def test_a_worker_that_slept_leaves_the_import_to_the_one_that_claimed_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = uploaded(somebody(), chats("One", "Two", "Three"))
    monkeypatch.setattr(running, "REPORT_SECONDS", 0.0)
    real = running.import_chat

    def sleeping(owner_id: int, agent: Any, found: dict[str, Any]) -> Task | None:
        monkeypatch.setattr(running, "import_chat", real)
        Import.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=2))
        assert running._claim() is not None
        return real(owner_id, agent, found)

    monkeypatch.setattr(running, "import_chat", sleeping)
    row = imported(row)
    assert (row.status, row.made) == ("running", 0) and row.file
    assert Task.objects.filter(owner=row.owner).count() == 1
