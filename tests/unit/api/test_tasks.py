"""Tasks and messages over the API: create, list, change, delete, send; each can be repeated."""

import ast
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient
from django.utils import timezone

from agentex_web.accounts.models import ApiKey
from agentex_web.actions import permissions, stopping
from agentex_web.actions.open_sockets import open_sockets
from agentex_web.api import settling, tasks
from agentex_web.api.following import Follower
from agentex_web.api.paging import cursor
from agentex_web.api.settling import KIND
from agentex_web.api.sse import event
from agentex_web.api.texts import in_words_of_api
from agentex_web.tasks import attachments
from agentex_web.tasks.models import Attachment, Message, Task, Turn
from tests.support.own_chats import a_chat, an_agent, another_turn
from tests.unit.api.calling import Caller

pytestmark = pytest.mark.django_db(transaction=True)
on_thread = sync_to_async


async def agent(**fields: Any) -> Any:
    return await on_thread(an_agent)(**fields)


async def test_a_task_is_created_with_its_first_message_once(ada: Caller) -> None:
    quiet, task_id = await agent(), str(uuid.uuid4())
    body = {"id": task_id, "agent": quiet.pk, "title": "Mine", "message": {"content": "Hello"}}
    first = await ada.post("/tasks", body)
    assert first.status_code == 201
    found = first.json()
    assert (found["id"], found["title"], found["turn"]["id"]) == (task_id, "Mine", task_id)
    assert [each["content"] for each in found["messages"]] == ["Hello"]
    again = await ada.post("/tasks", body)
    assert again.status_code == 200 and again.json() == found
    assert await Turn.objects.acount() == 1


async def test_a_task_may_begin_without_a_message(ada: Caller, eve: Caller) -> None:
    quiet, task_id = await agent(), str(uuid.uuid4())
    made = await ada.post("/tasks", {"id": task_id, "agent": quiet.pk, "title": "Later"})
    assert made.status_code == 201 and made.json()["turn"] is None and made.json()["messages"] == []
    assert (await ada.post("/tasks", {"id": task_id, "agent": quiet.pk})).status_code == 200
    taken = await eve.post("/tasks", {"id": task_id, "agent": quiet.pk})
    assert (taken.status_code, taken.json()["code"]) == (409, "id_in_use")
    assert (await ada.json(f"/tasks/{task_id}/messages"))["data"] == []
    sent = await ada.post(f"/tasks/{task_id}/messages", {"content": "Now"})
    assert sent.status_code == 201
    assert (await ada.json(f"/tasks/{task_id}"))["turn"]["id"] == sent.json()["turn"]["id"]
    late = await ada.post("/tasks", {"id": task_id, "agent": quiet.pk})
    assert late.status_code == 200 and late.json()["turn"]["id"] == sent.json()["turn"]["id"]


async def test_a_message_that_ended_its_task_can_be_repeated(ada: Caller) -> None:
    task = await on_thread(a_chat)(ada.user)
    path, body = f"/tasks/{task.pk}/messages", {"id": str(uuid.uuid4()), "content": "The last one"}
    assert (await ada.post(path, body)).status_code == 201
    await Turn.objects.filter(pk=body["id"]).aupdate(status="done")
    await Task.objects.filter(pk=task.pk).aupdate(status="completed")
    again = await ada.post(f"{path}?wait=30", body)
    assert again.status_code == 200 and again.json()["settled"] is True
    assert (await ada.post(path, {"content": "Another one"})).status_code == 409


async def test_an_idempotency_key_makes_ids(ada: Caller, eve: Caller) -> None:
    quiet = await agent()
    body = {"agent": quiet.pk, "message": {"content": "Hello"}}
    headers = {"idempotency-key": "one"}
    first, again = [await ada.post("/tasks", body, **headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    # Another person's key is another one, and so is one for a message.
    assert (await eve.post("/tasks", body, **headers)).json()["id"] != first.json()["id"]
    path = f"/tasks/{first.json()['id']}/messages"
    sent = [await ada.post(path, {"content": "a"}, **headers) for _ in range(2)]
    assert [each.status_code for each in sent] == [201, 200]
    assert len({each.json()["turn"]["id"] for each in sent}) == 1
    long = await ada.post(path, {"content": "a"}, **{"idempotency-key": "x" * 256})
    assert long.status_code == 422


async def test_parameters_and_choices_are_checked_as_on_the_page(ada: Caller) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    fields = [{"name": "city", "label": "City", "kind": "text", "required": True}]
    declared = {
        "parameters": {"fields": fields, "schema": schema},
        "models": [{"name": "small", "title": "Small"}],
        "tools": [{"name": "look", "title": "Look"}],
        "temperature": [0.0, 1.0],
    }
    guide = await agent(declared=declared)
    said = await ada.json(f"/agents/{guide.pk}")
    assert said["parameters"] == schema and said["choices"]["models"][0]["name"] == "small"
    body = {"agent": guide.pk, "message": {"content": "Hello"}}
    refused = await ada.post("/tasks", body)
    assert refused.status_code == 422 and "City" in refused.json()["detail"]
    choices = {"model": "small", "temperature": 0.5, "without": ["look"]}
    made = await ada.post("/tasks", {**body, "parameters": {"city": "Oslo"}, "choices": choices})
    assert made.status_code == 201 and made.json()["parameters"] == {"city": "Oslo"}
    turn = await Turn.objects.aget(pk=made.json()["id"])
    assert turn.choices == choices
    path = f"/tasks/{made.json()['id']}/messages"
    assert (await ada.post(path, {"content": "a", "choices": {"temperature": 7}})).status_code == 422
    # Without choices, those of before stay.
    again = await ada.post(path, {"content": "a"})
    assert (await Turn.objects.aget(pk=again.json()["turn"]["id"])).choices == choices


async def test_rights_are_those_of_the_page(ada: Caller, settings: Any) -> None:
    secret, gone = await agent(title="Secret"), await agent(available=False)
    group = await Group.objects.acreate(name="insiders")
    await secret.groups.aadd(group)
    message = {"message": {"content": "Hello"}}
    names = [each["name"] for each in (await ada.json("/agents"))["data"]]
    assert secret.pk not in names and gone.pk in names
    assert (await ada.get(f"/agents/{secret.pk}")).status_code == 404
    assert (await ada.post("/tasks", {"agent": secret.pk, **message})).status_code == 404
    assert (await ada.post("/tasks", {"agent": gone.pk, **message})).status_code == 409
    await ada.user.groups.aadd(group)
    settings.AGENTEX_OPEN_TURNS = 1
    made = await ada.post("/tasks", {"agent": secret.pk, **message})
    assert made.status_code == 201
    full = await ada.post(f"/tasks/{made.json()['id']}/messages", {"content": "More"})
    assert full.status_code == 429 and int(full.headers["Retry-After"]) > 0
    settings.AGENTEX_MESSAGES_PER_MINUTE = 1
    assert (await ada.post("/tasks", {"agent": secret.pk, **message})).status_code == 429
    await ada.user.groups.aremove(group)
    settings.AGENTEX_MESSAGES_PER_MINUTE = settings.AGENTEX_OPEN_TURNS = 0
    assert (await ada.post(f"/tasks/{made.json()['id']}/messages", {"content": "a"})).status_code == 403


async def test_the_list_is_paged_and_filtered(ada: Caller) -> None:
    quiet = await agent()
    chats = [await on_thread(a_chat)(ada.user, f"Question {number}", agent=quiet) for number in range(5)]
    ids = [str(each.pk) for each in reversed(chats)]
    found, after = [], ""
    while True:
        page = await ada.json(f"/tasks?limit=2&after={after}")
        found += [each["id"] for each in page["data"]]
        if (after := page["next"] or "") == "":
            break
    assert found == ids
    await Turn.objects.filter(task=chats[0]).aupdate(status="running")
    await Turn.objects.filter(task=chats[1]).aupdate(status="failed")
    await Task.objects.filter(pk=chats[2].pk).aupdate(archived_at=timezone.now())

    async def of(query: str) -> list[str]:
        return [each["id"] for each in (await ada.json(f"/tasks?{query}"))["data"]]

    assert await of("status=running") == [str(chats[0].pk)]
    assert await of("status=failed") == [str(chats[1].pk)]
    assert await of("archived=true") == [str(chats[2].pk)]
    assert await of("query=%22question+4%22") == [str(chats[4].pk)]
    assert await of("query=nowhere") == [] and await of("agent=nobody") == []
    assert len(await of(f"agent={quiet.pk}")) == 4
    for query in ("after=x", "after=WyJhIl0", "after=WyJhIiwiYiJd", "limit=101", "status=odd"):
        assert (await ada.get(f"/tasks?{query}")).status_code == 422, query


async def test_a_task_is_renamed_arranged_and_deleted(ada: Caller) -> None:
    task = await on_thread(a_chat)(ada.user)
    path = f"/tasks/{task.pk}"
    changed = (await ada.call("patch", path, {"title": " New\ntitle ", "pinned": True})).json()
    assert (changed["title"], changed["pinned"], changed["archived"]) == ("New title", True, False)
    assert (await ada.call("patch", path, {"archived": True})).json()["archived"]
    assert (await ada.call("patch", path, {})).status_code == 200
    for body in ({"title": ""}, {"title": "x" * 201}, {"titel": "x"}, {"pinned": "maybe"}):
        assert (await ada.call("patch", path, body)).status_code == 422
    gone = await ada.call("delete", path)
    assert gone.status_code == 204 and gone.content == b""
    assert (await ada.get(path)).status_code == 404 and (await ada.call("delete", path)).status_code == 404
    assert (await Task.objects.aget(pk=task.pk)).delete_at is not None


async def test_a_title_of_spaces_is_none(ada: Caller) -> None:
    quiet = await agent()
    made = await ada.post("/tasks", {"agent": quiet.pk, "title": "  "})
    path = f"/tasks/{made.json()['id']}"
    assert made.json()["title"] == ""
    assert (await ada.call("patch", path, {"title": "  "})).status_code == 422
    assert (await ada.call("patch", path, {"title": " Mine "})).json()["title"] == "Mine"


async def test_of_two_deletions_at_once_the_second_finds_nothing(
    ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await on_thread(a_chat)(ada.user)
    await Task.objects.filter(pk=task.pk).aupdate(delete_at=timezone.now())
    monkeypatch.setattr(tasks, "get_task_for_user", lambda *_: task)
    assert (await ada.call("delete", f"/tasks/{task.pk}")).status_code == 404


async def test_messages_are_paged_in_order_both_ways(ada: Caller) -> None:
    task = await on_thread(a_chat)(ada.user, "q0", "a0")
    for number in range(1, 5):
        await on_thread(another_turn)(task, f"q{number}", f"a{number}")
    expected = [f"{kind}{number}" for number in range(5) for kind in "qa"]
    for order, limit in (("asc", 3), ("desc", 3), ("asc", 1), ("asc", 10), ("desc", 100)):
        found, after = [], ""
        while True:
            page = await ada.json(f"/tasks/{task.pk}/messages?limit={limit}&order={order}&after={after}")
            found += [each["content"] for each in page["data"]]
            if (after := page["next"] or "") == "":
                break
        assert found == (expected if order == "asc" else expected[::-1]), (order, limit)
    last = await task.turns.alatest("created_at")
    of_turn = await ada.json(f"/tasks/{task.pk}/messages?turn={last.pk}")
    assert [each["content"] for each in of_turn["data"]] == ["q4", "a4"]
    assert (await ada.json(f"/tasks/{task.pk}/messages?turn={uuid.uuid4()}"))["data"] == []


async def test_an_answer_may_be_made_again_and_only_the_shown_branch_is_listed(ada: Caller) -> None:
    task = await on_thread(a_chat)(ada.user, "q", "first")
    headers = {"idempotency-key": "again"}
    retried = await ada.post(f"/tasks/{task.pk}/turns/{task.head_id}/retry", **headers)
    repeated = await ada.post(f"/tasks/{task.pk}/turns/{task.head_id}/retry", **headers)
    assert repeated.status_code == 200 and repeated.json()["turn"]["id"] == retried.json()["turn"]["id"]
    assert retried.status_code == 201 and retried.json()["turn"]["id"] != str(task.head_id)
    listed = (await ada.json(f"/tasks/{task.pk}/messages"))["data"]
    assert [each["content"] for each in listed] == ["q"]
    busy = await ada.post(f"/tasks/{task.pk}/turns/{task.head_id}/retry")
    assert (busy.status_code, busy.json()["code"]) == (409, "conflict")


async def test_stop_ends_what_is_open(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered: list[Any] = []

    async def deliver(stops: Any) -> None:
        delivered.append(stops)

    monkeypatch.setattr(stopping, "deliver_stops", deliver)
    quiet = await agent()
    made = await ada.post("/tasks", {"agent": quiet.pk, "message": {"content": "Hello"}})
    path = f"/tasks/{made.json()['id']}/stop"
    stopped = await ada.post(path)
    assert stopped.status_code == 202 and stopped.json()["turn"]["status"] == "interrupted"
    assert (await ada.post(path, {"undo": True})).status_code == 202
    assert len(delivered) == 2


async def test_waiting_for_the_answer_ends_with_the_turn(ada: Caller) -> None:
    quiet = await agent()
    made = await ada.post("/tasks", {"agent": quiet.pk, "message": {"content": "Hello"}})
    path = f"/tasks/{made.json()['id']}/messages"
    message_id = str(uuid.uuid4())
    sent = await ada.post(f"{path}?wait=0.05", {"id": message_id, "content": "More"})
    assert sent.json()["settled"] is False and sent.json()["turn"]["status"] == "pending"
    await Turn.objects.filter(pk=message_id).aupdate(status="done")
    await Message.objects.acreate(turn_id=message_id, position="000001", author="agent", content="An answer")
    done = await ada.post(f"{path}?wait=30", {"id": message_id, "content": "More"})
    assert done.status_code == 200 and done.json()["settled"] is True
    assert [each["content"] for each in done.json()["messages"]] == ["More", "An answer"]
    for wait in ("61", "-1", "nan", "x"):
        assert (await ada.post(f"{path}?wait={wait}", {"content": "a"})).status_code == 422


async def test_a_request_that_may_not_wait_sends_nothing(ada: Caller, settings: Any) -> None:
    settings.AGENTEX_OPEN_SOCKETS = 1
    task = await on_thread(a_chat)(ada.user)
    path = f"/tasks/{task.pk}/messages?wait=30"
    with open_sockets().opened(ada.user.pk, on_thread(lambda: None), KIND):
        refused = await ada.post(path, {"content": "More"})
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
    assert await Turn.objects.filter(task=task).acount() == 1


async def test_waiting_ends_with_the_key_and_with_the_task(
    ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await on_thread(a_chat)(ada.user)

    async def deleted(*_: Any) -> None:
        await on_thread(Task.objects.filter(pk=task.pk).delete)()

    async def revoked(*_: Any) -> None:
        await ApiKey.objects.filter(pk=ada.key_row.pk).aupdate(revoked_at=timezone.now())

    path = f"/tasks/{task.pk}/messages?wait=30"
    monkeypatch.setattr(settling, "_news", revoked)
    assert (await ada.post(path, {"content": "More"})).status_code == 401
    await ApiKey.objects.filter(pk=ada.key_row.pk).aupdate(revoked_at=None)
    monkeypatch.setattr(settling, "_news", deleted)
    assert (await ada.post(path, {"content": "More"})).status_code == 404


async def test_a_stream_of_a_task_that_is_gone_says_so(ada: Caller) -> None:
    follower = Follower(ada.key_row, uuid.uuid4(), "", until_idle=False)
    assert [each async for each in follower.events()] == [b'event: end\ndata: {"reason":"not_found"}\n\n']


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x"])
async def test_a_made_up_cursor_is_refused(ada: Caller, moment: str) -> None:
    after = cursor(moment, str(uuid.uuid4()))
    for path in ("/tasks", "/waits"):
        assert (await ada.get(f"{path}?after={after}")).status_code == 422
    task = await on_thread(a_chat)(ada.user)
    late = {"last-event-id": "999999999999999-0"}
    assert (await ada.get(f"/tasks/{task.pk}/events", **late)).status_code == 422


async def test_failures_that_only_staff_can_act_on_are_told_to_staff_alone(ada: Caller) -> None:
    task = await on_thread(a_chat)(ada.user)
    reason = "The model's server refused the key: sk-…"
    await Turn.objects.filter(pk=task.head_id).aupdate(status="failed", error=reason)
    await Message.objects.acreate(
        turn_id=task.head_id, position="000009", author="system", kind="error", content=reason
    )
    texts = str(await ada.json(f"/tasks/{task.pk}")) + str(await ada.json(f"/tasks/{task.pk}/messages"))
    assert "refused the key" not in texts and "Tell your administrator" in texts


async def uploaded(caller: Caller, files: dict[str, Any]) -> Any:
    headers = {"authorization": f"Bearer {caller.key}"}
    return await AsyncClient().post("/api/v1/files", files, headers=headers)


async def test_files_are_uploaded_sent_and_downloaded(ada: Caller, eve: Caller) -> None:
    file = SimpleUploadedFile("notes.txt", b"some words")
    answer = await uploaded(ada, {"file": file})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["name"], found["content_type"], found["size"]) == ("notes.txt", "text/plain", 10)
    content = await ada.get(f"/files/{found['id']}/content")
    assert content.content == b"some words" and "attachment" in content.headers["Content-Disposition"]
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    quiet = await agent()
    message = {"content": "", "attachments": [found["id"]]}
    stolen = await eve.post("/tasks", {"agent": quiet.pk, "message": message})
    assert stolen.status_code == 422
    made = await ada.post("/tasks", {"agent": quiet.pk, "message": message})
    assert made.json()["messages"][0]["attachments"][0]["id"] == found["id"]
    assert (await ada.json(f"/files/{found['id']}"))["message_id"] == made.json()["id"]
    assert (await uploaded(ada, {})).status_code == 422
    empty = await uploaded(ada, {"file": SimpleUploadedFile("a.txt", b"")})
    assert empty.status_code == 422


async def test_too_large_a_file_is_refused(ada: Caller, settings: Any) -> None:
    settings.AGENTEX_ATTACHMENT_BYTES = 5
    answer = await uploaded(ada, {"file": SimpleUploadedFile("notes.txt", b"some words")})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not await Attachment.objects.aexists()


async def test_a_task_that_began_without_words_gets_its_title_from_the_first_message(ada: Caller) -> None:
    quiet = await agent()
    task_id = (await ada.post("/tasks", {"agent": quiet.pk})).json()["id"]
    await ada.post(f"/tasks/{task_id}/messages", {"content": "The sea in winter"})
    assert (await ada.json(f"/tasks/{task_id}"))["title"] == "The sea in winter"
    assert [each["id"] for each in (await ada.json("/tasks?query=winter"))["data"]] == [task_id]
    await ada.post(f"/tasks/{task_id}/messages", {"content": "And in summer"})
    assert (await ada.json(f"/tasks/{task_id}"))["title"] == "The sea in winter"


async def test_a_title_has_one_limit(ada: Caller) -> None:
    quiet, title = await agent(), "x" * 200
    body = {"agent": quiet.pk, "title": title}
    made = [await ada.post("/tasks", {**body, **more}) for more in ({}, {"message": {"content": "Hello"}})]
    renamed = await ada.call("patch", f"/tasks/{made[0].json()['id']}", {"title": title})
    assert [each.json()["title"] for each in (*made, renamed)] == 3 * [title]
    assert (await ada.post("/tasks", {**body, "title": title + "x"})).status_code == 422


async def test_texts_say_task(ada: Caller) -> None:
    missing = await ada.get(f"/tasks/{uuid.uuid4()}")
    assert missing.json()["detail"] == "There is no such task."
    task = await on_thread(a_chat)(ada.user)
    await Task.objects.filter(pk=task.pk).aupdate(status="completed")
    ended = await ada.post(f"/tasks/{task.pk}/messages", {"content": "More"})
    assert ended.json()["detail"] == "The agent has ended this task. Create a new one."


def test_every_shared_text_has_the_words_of_the_api() -> None:
    sources = [*Path(permissions.__file__).parent.glob("*.py"), Path(attachments.__file__)]
    texts = [
        node.args[0].value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("_", "ngettext", "Http404")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    # On pages of others' chats only.
    found = [each for each in texts if not each.startswith("This chat belongs to")]
    assert [each for each in found if "chat" in in_words_of_api(each)] == []


async def test_times_have_one_form(ada: Caller) -> None:
    task = await on_thread(a_chat)(ada.user)
    said = (await ada.json(f"/tasks/{task.pk}"))["updated_at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said)
    assert f'"at":"{said}"'.encode() in event("task", {"at": task.updated_at})
