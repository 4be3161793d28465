"""Arranging, deleting and restoring chats: other people's chats are never touched."""

import time
import uuid
from datetime import timedelta

import pytest
from django.db.models.signals import pre_delete
from django.utils import timezone

from agentex_web.actions.access import tasks_of
from agentex_web.journal.listing import Arrangement, ChatMissing, arrange, deleted_lately
from agentex_web.tasks import deletions
from agentex_web.tasks.due_deletions import delete_due
from agentex_web.tasks.models import Deletion, Folder, Message, Task, Turn
from tests.support.own_chats import a_chat, aged, another_turn, somebody

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", ["pin", "archive", "delete", "move", "seen", "restore"])
def test_a_strangers_chat_is_not_arranged(action: Arrangement) -> None:
    ada, eve = somebody(), somebody()
    task, own = a_chat(ada), a_chat(eve)
    before = Task.objects.values().get(pk=task.pk)
    with pytest.raises(ChatMissing):
        arrange(eve.pk, [task.pk, own.pk], action)
    assert Task.objects.values().get(pk=task.pk) == before
    assert not Task.objects.filter(owner=eve, delete_at__isnull=False).exists()


def test_chats_are_pinned_archived_and_moved_without_being_used() -> None:
    ada = somebody()
    tasks = [aged(a_chat(ada), days=3), aged(a_chat(ada), days=4)]
    ids = [each.pk for each in tasks]
    folder = Folder.objects.create(owner=ada, name="Work")
    arrange(ada.pk, ids, "pin")
    arrange(ada.pk, ids, "move", folder)
    assert Task.objects.filter(pk__in=ids, folder=folder, pinned_at__isnull=False).count() == 2
    arrange(ada.pk, ids[:1], "archive")
    archived = Task.objects.get(pk=ids[0])
    assert archived.archived_at is not None and archived.pinned_at is None
    arrange(ada.pk, ids[:1], "unarchive")
    arrange(ada.pk, ids, "move", None)
    arrange(ada.pk, ids, "unpin")
    assert Task.objects.filter(pk__in=ids, folder=None, pinned_at=None, archived_at=None).count() == 2
    assert [Task.objects.get(pk=each).updated_at for each in ids] == [each.updated_at for each in tasks]
    folder.delete()


def test_a_deleted_chat_is_gone_at_once_and_comes_back_whole() -> None:
    ada = somebody()
    task = a_chat(ada)
    arrange(ada.pk, [task.pk], "delete")
    assert not tasks_of(ada).exists()
    assert [each.pk for each in deleted_lately(ada.pk)] == [task.pk]
    assert delete_due() == 0
    arrange(ada.pk, [task.pk], "restore")
    assert tasks_of(ada).get() == task and Message.objects.filter(turn__task=task).count() == 2
    assert not Deletion.objects.filter(task_id=task.pk).exists()


def test_when_its_time_has_come_a_deleted_chat_does_not_come_back() -> None:
    ada = somebody()
    task, kept = a_chat(ada), a_chat(ada)
    arrange(ada.pk, [task.pk], "delete")
    Task.objects.filter(pk=task.pk).update(delete_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ChatMissing):
        arrange(ada.pk, [task.pk], "restore")
    assert delete_due() == 1
    assert list(tasks_of(ada)) == [kept] and deleted_lately(ada.pk) == []
    # The worker removes the chat's data from Temporal and Redis.
    assert Deletion.objects.filter(task_id=task.pk).exists()


def test_a_temporary_chat_is_deleted_some_time_after_its_last_message() -> None:
    ada = somebody()
    old, new, at_work, lasting = (a_chat(ada) for _ in range(4))
    for each in (old, new, at_work):
        Task.objects.filter(pk=each.pk).update(is_temporary=True)
    for each in (old, at_work, lasting):
        aged(each, days=2)
    Turn.objects.create(task=at_work, status="running")
    assert delete_due() == 1
    assert set(Task.objects.filter(owner=ada)) == {new, at_work, lasting}


def test_a_temporary_chat_that_gets_a_message_while_others_are_deleted_is_kept() -> None:
    ada = somebody()
    both = [aged(a_chat(ada), days=2) for _ in range(2)]
    Task.objects.filter(owner=ada).update(is_temporary=True)

    def send(instance: Task, **_: object) -> None:
        Task.objects.filter(owner=ada).exclude(pk=instance.pk).update(updated_at=timezone.now())

    pre_delete.connect(send, sender=Task)
    try:
        assert delete_due() == 1
    finally:
        pre_delete.disconnect(send, sender=Task)
    assert tasks_of(ada).get() in both


def test_a_chat_that_is_not_there_is_missing() -> None:
    with pytest.raises(ChatMissing):
        arrange(somebody().pk, [uuid.uuid4()], "pin")


def test_a_long_chat_is_deleted_in_parts_unless_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletions, "BATCH", 2)
    task = a_chat(somebody())
    another_turn(task, "Two", "Second")
    another_turn(task, "Three", "Third")
    Turn.objects.filter(pk=task.head_id).update(status="running")
    deletions.empty(task.pk)
    assert Message.objects.filter(turn__task=task).count() == 6
    Turn.objects.filter(pk=task.head_id).update(status="done")
    # Without time left, as for a request.
    assert not deletions.empty(task.pk, time.monotonic())
    assert Message.objects.filter(turn__task=task).count() == 6
    assert deletions.empty(task.pk)
    assert Message.objects.filter(turn__task=task).count() == 0
