"""The menu of one or several chats: denials first, then the effect of each item."""

import json
import uuid
from typing import Any

import pytest

from agentex_web.chat.forms import ArrangeForm
from agentex_web.tasks.models import Folder, Task
from tests.support.accounts import fresh_counts, kept_record
from tests.support.own_chats import a_chat, client_of, somebody

__all__ = ["fresh_counts", "kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts")


def arrange(client: Any, action: str, *ids: uuid.UUID, **more: Any) -> Any:
    return client.post("/chats/arrange/", {"action": action, "ids": [str(each) for each in ids], **more})


def test_a_stranger_changes_nothing() -> None:
    ada, eve = somebody(), somebody()
    task, own = a_chat(ada, "Mine"), a_chat(eve)
    client = client_of(eve)
    assert client.post(f"/tasks/{task.pk}/rename/", {"title": "Stolen"}).status_code == 404
    assert client.post(f"/tasks/{task.pk}/duplicate/").status_code == 404
    for action in ArrangeForm.ACTIONS:
        assert arrange(client, action, own.pk, task.pk).status_code in (200, 404, 409), action
    folder = Folder.objects.create(owner=ada, name="Work")
    assert arrange(client, "move", own.pk, folder=folder.pk).status_code == 404
    assert client.post(f"/folders/{folder.pk}/remove/").status_code == 404
    assert client.post(f"/folders/{folder.pk}/rename/", {"name": "x"}).status_code == 404
    assert client.get(f"/sidebar/folders/{folder.pk}/").status_code == 404
    task.refresh_from_db()
    assert (task.title, task.delete_at, task.archived_at, task.folder) == ("Mine", None, None, None)


def test_a_title_is_kept_and_its_row_answered() -> None:
    ada = somebody()
    task = a_chat(ada)
    answer = json.loads(
        client_of(ada).post(f"/tasks/{task.pk}/rename/", {"title": " A  new\ntitle "}).content
    )
    assert answer["title"] == "A new title" and "A new title" in answer["rows"][str(task.pk)]
    for wrong in ("", "   ", "x" * 201):
        assert client_of(ada).post(f"/tasks/{task.pk}/rename/", {"title": wrong}).status_code == 400
    task.refresh_from_db()
    assert (task.title, task.title_source) == ("A new title", "person")


def test_a_deleted_chat_is_404_and_comes_back() -> None:
    ada = somebody()
    tasks = [a_chat(ada), a_chat(ada)]
    client, ids = client_of(ada), [each.pk for each in tasks]
    answer = json.loads(arrange(client, "delete", *ids).content)
    assert answer == {"type": "rows", "rows": {str(each): "" for each in ids}}
    for path in ("", "conversation/"):
        assert client.get(f"/tasks/{ids[0]}/{path}").status_code == 404
    page = client.get("/").content.decode()
    assert "data-until" in page and str(ids[0]) in page
    assert arrange(client, "restore", *ids).status_code == 200
    assert client.get(f"/tasks/{ids[0]}/").status_code == 200


def test_what_cannot_be_done_says_why() -> None:
    ada = somebody()
    client, task = client_of(ada), a_chat(ada)
    assert arrange(client, "restore", task.pk).status_code == 409
    assert arrange(client, "explode", task.pk).status_code == 400
    assert client.post("/chats/arrange/", {"action": "pin"}).status_code == 400
    assert client.post("/chats/arrange/", {"action": "pin", "ids": ["x"]}).status_code == 400
    many = [uuid.uuid4() for _ in range(ArrangeForm.MOST + 1)]
    assert b"500" in arrange(client, "pin", *many).content


def test_a_copy_is_made_once() -> None:
    ada = somebody()
    task, click = a_chat(ada, "Original"), {"id": str(uuid.uuid4())}
    client = client_of(ada)
    first = client.post(f"/tasks/{task.pk}/duplicate/", click)
    again = client.post(f"/tasks/{task.pk}/duplicate/", click)
    assert first.status_code == 201 and first.headers["HX-Redirect"] == again.headers["HX-Redirect"]
    copies = Task.objects.filter(owner=ada).exclude(pk=task.pk)
    assert [each.title for each in copies] == ["Copy of Original"]
    assert client.get(first.headers["HX-Redirect"]).status_code == 200


def test_folders_are_made_renamed_and_removed() -> None:
    ada = somebody()
    client, task = client_of(ada), a_chat(ada)
    assert b"Work &amp; play" in client.post("/folders/new/", {"name": " Work &  play"}).content
    folder = Folder.objects.get(owner=ada)
    client.post("/folders/new/", {"name": "Work & play"})
    assert Folder.objects.filter(owner=ada).count() == 1
    client.post("/folders/new/", {"name": "Home"})
    assert client.post(f"/folders/{folder.pk}/rename/", {"name": "Home"}).status_code == 409
    assert client.post(f"/folders/{folder.pk}/rename/", {"name": "Office"}).status_code == 204
    assert arrange(client, "move", task.pk, folder=folder.pk).status_code == 200
    assert str(task.pk) in client.get(f"/sidebar/folders/{folder.pk}/").content.decode()
    assert client.post(f"/folders/{folder.pk}/remove/").status_code == 204
    task.refresh_from_db()
    assert task.folder_id is None and client.get("/sidebar/").content.decode().count(str(task.pk)) > 1


def test_the_list_goes_on_where_it_ended() -> None:
    ada = somebody()
    client = client_of(ada)
    assert client.get("/sidebar/", {"after": "nonsense"}).status_code == 404
    assert client.get("/sidebar/", {"after": "2026-01-01T00:00:00+00:00~nonsense"}).status_code == 404
    assert client.get("/sidebar/", {"current": "nonsense", "shown": "-1", "state": "x"}).status_code == 200
    assert client.get("/sidebar/filter/").status_code == 200
