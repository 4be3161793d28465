"""Bad input: a clear answer, and nothing changed."""

import json
import uuid

import pytest

from agentex_web.tasks.models import Task
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack

NOBODYS = "5f0c8a52-3f1c-4b58-9d3e-0a4d5f2f7c11"


def data(**changes: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "agent": "haiku", "content": "hello", **changes}


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"content": ""}, 400, "Write something first"),
        ({"content": " \n\t "}, 400, "Write something first"),
        ({"content": "x" * 100_001}, 400, "100,001 characters; 100,000 is the most"),
        ({"content": "a\x00b"}, 400, "Null characters are not allowed"),
        ({"agent": "nobody"}, 404, "There is no agent “nobody”"),
        ({"agent": ""}, 400, "Choose an agent"),
        ({"id": "no-uuid"}, 400, "reload"),
    ],
)
def test_a_bad_message_makes_no_task(
    stack: Stack, person: Person, changes: dict[str, str], status: int, reason: str
) -> None:
    answer = person.http.post("/tasks/", data=data(**changes))
    assert answer.status_code == status
    assert reason in answer.text
    assert not Task.objects.filter(owner=person.user).exists()


def test_the_longest_message_is_accepted(stack: Stack, person: Person) -> None:
    stack.model.script(text("Long."), match="x" * 50)
    turn = ended(last_turn(person.begin("haiku", "x" * 100_000)))
    assert turn.status == "done"


@pytest.mark.parametrize("path", ["/tasks/no-uuid/", f"/tasks/{NOBODYS}/", f"/ws/tasks/{NOBODYS}/"])
def test_what_is_not_there_is_not_found(stack: Stack, person: Person, path: str) -> None:
    assert person.http.get(path).status_code == 404


def test_the_wrong_method_is_refused(stack: Stack, person: Person) -> None:
    assert person.http.get("/tasks/").status_code == 405
    assert person.http.post("/").status_code == 405


def test_a_socket_that_is_sent_nonsense_answers_with_an_error_and_goes_on(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text("Still here.", chunks=["Still here."]), match="more nonsense")
    stack.model.script(text("First."), match="nonsense")
    task = person.begin("haiku", "nonsense")
    ended(last_turn(task))
    with person.socket(task) as socket:
        for body in ("no json {", '{"type": "send"}', b"\x00\xff"):
            socket.connection.send(body)
            socket.until(lambda frame: frame["type"] == "error")
        ended(person.send(task, "more nonsense"))
        socket.until(lambda frame: frame["type"] == "delta" and frame["text"] == "Still here.")
    assert task.turns.count() == 2


def test_a_cursor_that_makes_no_sense_is_taken_for_none(stack: Stack, person: Person) -> None:
    stack.model.script(text("From the start."), match="odd cursor")
    task = person.begin("haiku", "odd cursor")
    with person.socket(task, cursor="99999999999999999999999-1;DROP") as socket:
        socket.until_turn("done")
    assert socket.streamed() == "From the start."


def test_a_chat_that_its_agent_ended_takes_no_more(stack: Stack, person: Person) -> None:
    stack.model.script(text("Bye."), match="the end")
    task = person.begin("haiku", "the end")
    ended(last_turn(task))
    Task.objects.filter(pk=task.pk).update(status=Task.Status.COMPLETED)
    answer = person.http.post(f"/tasks/{task.pk}/messages/", data=data())
    assert answer.status_code == 409 and "ended by its agent" in answer.text


def test_the_health_page_is_json(stack: Stack, person: Person) -> None:
    answer = json.loads(person.http.get("/healthz").text)
    assert answer == {"status": "ok", "database": "up", "redis": "up", "temporal": "up", "worker": "up"}
