"""A copy of a chat has the same content as the original, and shares nothing with it."""

import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agentex_web.journal import copies, parts
from agentex_web.journal.branches import sibling
from agentex_web.journal.copies import copy_task
from agentex_web.journal.parts import Part
from agentex_web.tasks import branches, file_copies
from agentex_web.tasks.attachments import AttachmentRefused
from agentex_web.tasks.models import Attachment, Message, Task, Turn
from tests.support.own_chats import a_chat, another_turn, answer, somebody

pytestmark = pytest.mark.django_db


def copied(task: Task) -> Task:
    copy = uuid.uuid4()
    files = file_copies.planned(task, copy)
    file_copies.write_files(files)
    return copy_task(Task.objects.get(pk=task.pk), copy, "Copy", files)


def shown(task: Task) -> list[tuple[str, str]]:
    places = branches.places(Task.objects.get(pk=task.pk))
    return [
        (row.author, row.content)
        for place in places
        for row in Message.objects.filter(turn=place.turn_id).order_by("position")
    ]


def test_turns_messages_versions_and_memory_are_copied() -> None:
    ada = somebody()
    task = a_chat(ada, "One", "First")
    turn = another_turn(task, "Two", "Second")
    answer(sibling(Turn.objects.select_related("task").get(pk=turn.pk), "Two again").result.turn, "Third")
    Task.objects.filter(pk=task.pk).update(state={"count": 3})
    new = copied(task)
    assert (
        shown(new)
        == shown(task)
        == [("user", "One"), ("agent", "First"), ("user", "Two again"), ("agent", "Third")]
    )
    assert new.turns.count() == task.turns.count() == 3
    assert branches.items_up_to(new.head_id) == branches.items_up_to(Task.objects.get(pk=task.pk).head_id)
    assert (new.owner, new.agent, new.state, new.title) == (task.owner, task.agent, {"count": 3}, "Copy")
    ids = set(Message.objects.filter(turn__task=task).values_list("pk", flat=True))
    assert not ids & set(Message.objects.filter(turn__task=new).values_list("pk", flat=True))
    # In copies, too, the person's message has its turn's id.
    assert all(Message.objects.filter(pk=each.pk, position="000000").exists() for each in new.turns.all())
    another_turn(new, "Three", "Fourth")
    task.delete()
    assert len(shown(new)) == 6


def test_a_copy_that_was_interrupted_is_hidden_and_completed_when_it_is_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = a_chat(somebody(), "One", "First")
    another_turn(task, "Two", "Second")
    monkeypatch.setattr(parts, "ROWS", 2)
    copy, put = uuid.uuid4(), Part.put

    def dying(part: Part) -> None:
        if not part.turns:
            raise KeyboardInterrupt
        put(part)

    monkeypatch.setattr(Part, "put", dying)
    with pytest.raises(KeyboardInterrupt):
        copy_task(Task.objects.get(pk=task.pk), copy, "Copy")
    assert Task.objects.get(pk=copy).is_temporary
    monkeypatch.setattr(Part, "put", put)
    new = copy_task(Task.objects.get(pk=task.pk), copy, "Copy")
    assert shown(new) == shown(task) and not Task.objects.get(pk=copy).is_temporary


def test_files_are_copied_and_named_in_the_memory() -> None:
    ada = somebody()
    task = a_chat(ada)
    question = Message.objects.get(turn__task=task, author="user")
    file = Attachment(
        owner=ada, message=question, name="notes.txt", content_type="text/plain", size=5, text="hello"
    )
    file.file.save(file.pk.hex, ContentFile(b"hello"), save=False)
    file.save(force_insert=True)
    drawn = Message.objects.get(turn__task=task, author="agent")
    picture = Attachment(
        pk=uuid.uuid5(drawn.pk, "picture/0"),
        owner=ada,
        message=drawn,
        name="picture-1.png",
        content_type="image/png",
        size=3,
    )
    picture.file.save(picture.pk.hex, ContentFile(b"png"), save=False)
    picture.save(force_insert=True)
    question.data = {"attachments": [{"id": str(file.pk), "name": "notes.txt"}]}
    question.save()
    Turn.objects.filter(task=task).update(
        items=[{"role": "user", "content": f"attachment:{file.pk}"}, {"result": f"agentex-image:{drawn.pk}"}]
    )
    new = copied(task)
    files = {each.name: each for each in Attachment.objects.filter(message__turn__task=new)}
    turn = new.turns.get()
    text, image = files["notes.txt"], files["picture-1.png"]
    assert turn.messages.get(author="user").data["attachments"][0]["id"] == str(text.pk)
    made = turn.messages.get(author="agent")
    assert image.pk == uuid.uuid5(made.pk, "picture/0")
    assert turn.items == [
        {"role": "user", "content": f"attachment:{text.pk}"},
        {"result": f"agentex-image:{made.pk}"},
    ]
    default_storage.delete(file.file.name)
    with text.file.open("rb") as body:
        assert (body.read(), text.text) == (b"hello", "hello")
    for each in (picture, text, image):
        default_storage.delete(each.file.name)


def test_two_copies_at_once_do_not_share_the_last_room(settings: Any) -> None:
    task = a_chat(somebody(), "One", "First")
    file = Attachment(owner=task.owner, message=task.head.messages.first(), name="a.txt", size=10)
    file.file.save("a.txt", ContentFile(b"0123456789"))
    settings.AGENTEX_STORAGE_BYTES = 25
    ids = uuid.uuid4(), uuid.uuid4()
    plans = [file_copies.planned(task, each) for each in ids]
    for each in plans:
        # Both have room, as neither is written yet.
        file_copies.check_room(task.owner_id, each)
        file_copies.write_files(each)
    copy_task(task, ids[0], "Copy", plans[0])
    with pytest.raises(AttachmentRefused):
        copy_task(task, ids[1], "Copy", plans[1])
    file_copies.check_room(task.owner_id, plans[0])
    file_copies.delete_files(plans[1])
    assert Task.objects.get(pk=ids[1]).is_temporary
    for row in Attachment.objects.filter(owner=task.owner):
        default_storage.delete(row.file.name)


def test_what_is_at_work_is_left_out_and_repeating_adds_nothing() -> None:
    ada = somebody()
    task = a_chat(ada)
    first = task.turns.get()
    Turn.objects.create(task=task, parent=first, status="running")
    copy = uuid.uuid4()
    new = copy_task(Task.objects.get(pk=task.pk), copy, "Copy")
    again = copy_task(Task.objects.get(pk=task.pk), copy, "Copy")
    assert again.pk == new.pk and new.turns.count() == 1 and new.head_id is not None


def test_a_long_chat_is_copied_with_few_queries(django_assert_max_num_queries: object) -> None:
    ada = somebody()
    task = a_chat(ada)
    parent = task.turns.get()
    turns = []
    for _ in range(400):
        turns.append(Turn(task=task, parent=parent, status="done"))
        parent = turns[-1]
    Turn.objects.bulk_create(turns)
    Message.objects.bulk_create(
        [
            Message(pk=each.pk, turn=each, position="000000", author="user", content="x", kind="error")
            for each in turns
        ]
    )
    Task.objects.filter(pk=task.pk).update(head=parent)
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        new = copied(task)
    assert new.turns.count() == 401


def test_a_request_that_is_sent_twice_makes_one_copy_and_keeps_its_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = a_chat(somebody(), "One", "First")
    a_file = Attachment(owner=task.owner, message=task.head.messages.first(), name="a.txt", size=1)
    a_file.file.save("a.txt", ContentFile(b"a"))
    copy = uuid.uuid4()
    files = file_copies.planned(task, copy)
    file_copies.write_files(files)
    title_of = copies.one_line

    def meanwhile(title: str) -> str:
        monkeypatch.setattr(copies, "one_line", title_of)
        copy_task(Task.objects.get(pk=task.pk), copy, "Copy", files)
        return title

    monkeypatch.setattr(copies, "one_line", meanwhile)
    new = copy_task(Task.objects.get(pk=task.pk), copy, "Copy", files)
    assert shown(new) == shown(task) and new.turns.count() == 1
    # As after a failure of one of the two.
    file_copies.delete_files(files)
    (copied_file,) = Attachment.objects.filter(message__turn__task=new)
    assert copied_file.file.read() == b"a"
