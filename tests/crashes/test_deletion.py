"""Deleted means gone: the work ends, open pages learn of it, and no copy stays in Temporal, Redis or storage."""

import json

import pytest
from django.contrib.auth.models import User
from websockets.exceptions import ConnectionClosed

from agentex_web.tasks.models import LargePayload, Task
from agentex_web.waits.models import Wait
from tests.support.approving import waiting
from tests.support.deleted import gone, knows_temporal
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until


def test_a_task_that_is_deleted_while_it_streams_ends_and_leaves_nothing(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text("one two three four"), match="delete me while", hold_after=2, times=None)
    task = person.begin("haiku", "delete me while you speak")
    with person.socket(task) as socket:
        socket.until_text("two")
        before = len(stack.log("worker"))
        task.delete()
        with pytest.raises(ConnectionClosed) as closed:
            socket.until(lambda _: False)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404
    assert socket.frames[-1]["type"] == "deleted"
    # The task object has lost its id with its row.
    until(lambda: "is deleted, with its history" in stack.log("worker")[before:], stack.logs, seconds=90)
    assert len(stack.model.requests("delete me while")) == 1


def test_large_payloads_and_child_workflows_go_with_their_task(stack: Stack, person: Person) -> None:
    stack.model.script(text("Long."), text("Longer."), match="x" * 40, times=None)
    task = person.begin("haiku", "x" * 90_000)
    ended(last_turn(task))
    ended(person.send(task, "x" * 90_000))
    assert LargePayload.objects.filter(workflow=task.workflow_id).exists()
    known = Task.objects.get(pk=task.pk)
    task.delete()
    until(lambda: gone(known), stack.logs, seconds=90)


def test_everything_of_a_person_goes_with_the_account(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("get_weather", {"city": "Oslo"})), step(text("Sunny.")), match="before I go"
    )
    task = person.begin("weather", "before I go")
    ended(last_turn(task))
    assert "before I go" in json.dumps(stack.model.requests("before I go")[0]["body"])
    known = Task.objects.get(pk=task.pk)
    person.user.delete()
    until(lambda: gone(known), stack.logs, seconds=90)


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
