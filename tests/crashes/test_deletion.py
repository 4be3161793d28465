"""Deleted means gone: work ends, open pages are told, and no copy stays in Temporal, Redis or storage."""

import json

import httpx2
import pytest
from django.contrib.auth.models import User
from websockets.exceptions import ConnectionClosed

from agentex_web.tasks.models import Attachment, LargePayload, Task
from agentex_web.waits.models import Wait
from tests.support.accounts import PASSWORD
from tests.support.approving import waiting
from tests.support.deleted import gone, knows_temporal
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn, new_person, session_of
from tests.support.stack import Stack
from tests.support.waiting import until

WORDS = [f"word{number} " for number in range(400)]


def test_what_is_deleted_leaves_nothing_anywhere(stack: Stack, person: Person, stranger: Person) -> None:
    """All cases share one wait, because the product looks for a deleted task in Temporal for 20 s."""
    before = len(stack.log("worker"))
    streamed = deleted_while_it_streams(stack, person)
    large = deleted_with_large_payloads(stack, person)
    with new_person(stack.url) as another:
        known = [
            streamed,
            large,
            deleted_with_the_account(stack, stranger),
            deleted_by_its_owner_with_the_account(stack, another),
        ]
    for task in known:
        until(lambda: gone(task), lambda: f"{task.title}\n{stack.logs()}")  # noqa: B023  (waited for at once)
    said = f"Task {streamed.pk} is deleted, with its history"
    until(lambda: said in stack.log("worker")[before:], stack.logs)
    assert len(stack.model.requests("delete me while")) == 1


def deleted_while_it_streams(stack: Stack, person: Person) -> Task:
    stack.model.script(text("one two three four"), match="delete me while", hold_after=2, times=None)
    task = person.begin("haiku", "delete me while you speak")
    known = Task.objects.get(pk=task.pk)
    with person.socket(task) as socket:
        socket.until_text("two")
        task.delete()
        with pytest.raises(ConnectionClosed) as closed:
            socket.until(lambda _: False)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404
    assert socket.frames[-1]["type"] == "deleted"
    return known


def deleted_with_large_payloads(stack: Stack, person: Person) -> Task:
    stack.model.script(text("Long."), text("Longer."), match="x" * 40, times=None)
    task = person.begin("haiku", "x" * 90_000)
    ended(last_turn(task))
    ended(person.send(task, "x" * 90_000))
    assert LargePayload.objects.filter(workflow=task.workflow_id).exists()
    known = Task.objects.get(pk=task.pk)
    task.delete()
    return known


def deleted_with_the_account(stack: Stack, person: Person) -> Task:
    """A chat whose owner's account is deleted by an administrator."""
    stack.model.script_steps(
        step(function_call("get_weather", {"city": "Oslo"})), step(text("Sunny.")), match="before I go"
    )
    task = person.begin("weather", "before I go")
    ended(last_turn(task))
    assert "before I go" in json.dumps(stack.model.requests("before I go")[0]["body"])
    known = Task.objects.get(pk=task.pk)
    person.user.delete()
    return known


def deleted_by_its_owner_with_the_account(stack: Stack, person: Person) -> Task:
    """The owner deletes the account while an agent answers: the work stops, and rows and files are deleted."""
    person.user.set_password(PASSWORD)
    person.user.save()
    name = next(name for name in person.cookies if "session" in name)
    person.cookies[name] = session_of(person.user)
    person.http.cookies.set(name, person.cookies[name])
    stack.model.script(text("", chunks=WORDS), match="tell me much", hold_after=20)
    sent = person.http.post("/attachments/", files={"file": ("a.txt", b"words")}).json()["id"]
    file = Attachment.objects.get(pk=sent).file
    task = person.begin("haiku", "tell me much")
    known = Task.objects.get(pk=task.pk)
    with pytest.raises(ConnectionClosed) as closed, person.socket(task) as socket:
        socket.until_text(WORDS[10])
        answer: httpx2.Response = person.http.post("/accounts/delete/", data={"password": PASSWORD})
        assert answer.status_code == 302, answer.text
        socket.until(lambda _: False)
    assert closed.value.rcvd is not None and closed.value.rcvd.code in (4401, 4404)
    assert not User.objects.filter(pk=person.user.pk).exists()
    assert not Task.objects.filter(pk=task.pk).exists()
    assert not file.storage.exists(file.name)
    # The model call is cancelled, without waiting for its answer.
    until(lambda: stack.model.requests("tell me much")[-1]["outcome"] == "client_disconnected", stack.logs)
    return known


def test_what_waits_ends_with_its_chat_and_with_its_owners_account(
    stack: Stack, person: Person, stranger: Person
) -> None:
    stack.model.script_steps(
        step(function_call("delete_file", {"name": "a.txt"})), match="delete for nobody", times=None
    )
    chat, other = person.begin("careful", "delete for nobody"), stranger.begin("careful", "delete for nobody")
    waiting(chat)
    (wait,) = waiting(other)
    known = Task.objects.get(pk=chat.pk)
    chat.delete()
    User.objects.filter(pk=stranger.user.pk).update(is_active=False)
    turn = ended(last_turn(other))
    wait.refresh_from_db()
    assert (turn.status, wait.status) == ("interrupted", "cancelled")
    assert not Wait.objects.filter(task_id=known.pk).exists()
    until(lambda: not knows_temporal(known.workflow_id), stack.logs)
