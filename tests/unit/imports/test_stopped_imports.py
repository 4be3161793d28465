"""An import ends early: its owner stops it or is gone, or uploads too many files."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User

from agentex_web.imports import running, uploads
from agentex_web.imports.models import Import
from agentex_web.imports.running import import_next
from agentex_web.tasks.models import Task
from agentex_web.tasks.threads import in_database
from tests.support.own_chats import somebody
from tests.unit.imports.uploading import chats, imported, uploaded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("without_redis")]


def test_stop_ends_it_and_deletes_the_file(monkeypatch: pytest.MonkeyPatch, without_redis: list[int]) -> None:
    ada = somebody()
    row = uploaded(ada, chats("One", "Two"))
    monkeypatch.setattr(running, "REPORT_SECONDS", 0.0)
    real = running.import_chat

    def stopping(owner_id: int, agent: Any, found: dict[str, Any]) -> Task | None:
        assert uploads.stop(somebody(), row.pk) is None
        uploads.stop(ada, row.pk)
        return real(owner_id, agent, found)

    monkeypatch.setattr(running, "import_chat", stopping)
    row = imported(row)
    assert row.status == "stopped" and not row.file and Task.objects.filter(owner=ada).count() == 1
    assert without_redis == [ada.pk]  # The list shows the chat that was imported.


def test_a_person_has_a_few_waiting_and_the_account_takes_its_files_along() -> None:
    ada = somebody()
    rows = [uploaded(ada, b"[]") for _ in range(uploads.WAITING)]
    with pytest.raises(uploads.ImportRefused):
        uploaded(ada, b"[]")
    storage, name = rows[0].file.storage, rows[0].file.name
    assert storage.exists(name)
    ada.delete()
    assert not storage.exists(name) and not Import.objects.exists()


@pytest.mark.parametrize("is_deleted", [False, True], ids=["deactivated", "deleted"])
def test_an_import_stops_when_its_owner_may_do_nothing_any_more(
    monkeypatch: pytest.MonkeyPatch, is_deleted: bool
) -> None:
    ada = somebody()
    row = uploaded(ada, chats("One", "Two", "Three"))
    storage, name = row.file.storage, row.file.name
    read = running.read_export

    async def until_the_account_ends(body: bytes) -> AsyncIterator[dict[str, Any]]:
        async with aclosing(read(body)) as conversations:
            async for found in conversations:
                if found["title"] == "Two":
                    await in_database(end)
                yield found

    def end() -> None:
        if is_deleted:
            ada.delete()
        else:
            User.objects.filter(pk=ada.pk).update(is_active=False)

    monkeypatch.setattr(running, "read_export", until_the_account_ends)
    assert async_to_sync(import_next)()
    monkeypatch.setattr(running, "read_export", read)
    assert not async_to_sync(import_next)()
    if is_deleted:
        assert not Task.objects.filter(owner=ada.pk).exists() and not storage.exists(name)
        return
    assert [each.title for each in Task.objects.filter(owner=ada)] == ["One"]
    User.objects.filter(pk=ada.pk).update(is_active=True)
    row = imported(row)
    assert (row.status, row.made, row.known, row.attempts) == ("done", 3, 0, 1)
