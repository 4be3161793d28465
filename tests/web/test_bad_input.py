"""Bad input gets a clear response and changes nothing."""

import json
import re
import uuid

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

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
        ({"content": "x" * 100_001}, 400, "100,001 characters; the limit is 100,000"),
        ({"content": "a\x00b"}, 400, "Null characters are not allowed"),
        ({"agent": "nobody"}, 404, "There is no agent “nobody”"),
        ({"agent": ""}, 400, "Choose an agent"),
        ({"id": "no-uuid"}, 400, "Reload"),
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
    assert answer.status_code == 409 and "has ended this chat" in answer.text


def test_the_health_page_is_json(stack: Stack, person: Person) -> None:
    answer = json.loads(person.http.get("/healthz").text)
    parts = ("database", "redis", "temporal", "worker", "answers")
    assert answer == {"status": "ok", **dict.fromkeys(parts, "up")}


def log_lines(stack: Stack, since: int) -> list[str]:
    """The log lines from offset ``since`` on, without Daphne's access log."""
    lines = stack.log("web")[since:].splitlines()
    return [line for line in lines if not re.match(r"[\d.]+:\d+ - - \[", line)]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, "&".join(f"f{number}=1" for number in range(1_001))),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=latin-1"}, "content=hello"),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}, "content=hello"),
        ({"Content-Type": "multipart/form-data"}, "no boundary"),
        ({}, "content=" + "x" * 3_000_000),
    ],
    ids=["fields", "charset", "unknown charset", "boundary", "size"],
)
def test_a_request_that_makes_no_sense_is_a_line_of_the_log(
    stack: Stack, person: Person, headers: dict[str, str], body: str
) -> None:
    before = len(stack.log("web"))
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    answer = person.http.post("/tasks/", content=body.encode(), headers=form)
    assert answer.status_code in (400, 413), answer.status_code
    assert len(log_lines(stack, before)) <= 2, log_lines(stack, before)


def test_a_body_over_the_limit_is_refused_before_it_is_stored(stack: Stack, person: Person) -> None:
    answer = person.http.post("/attachments/", files={"file": ("big.txt", b"x" * 11_000_000)})
    assert answer.status_code == 413


def test_a_socket_at_an_unknown_address_is_closed_without_a_traceback(stack: Stack, person: Person) -> None:
    before = len(stack.log("web"))
    address = f"{person.url.replace('http', 'ws', 1)}/ws/nothing/"
    with connect(address, origin=Origin(person.url)) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(10)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404
    assert not log_lines(stack, before)


def test_personal_pages_are_kept_by_no_cache_and_cannot_be_framed(stack: Stack, person: Person) -> None:
    page = person.http.get("/")
    assert "no-store" in page.headers["cache-control"]
    assert "geolocation=()" in page.headers["permissions-policy"]
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    frame = person.http.get("/static/diagram-frame.html")
    assert frame.headers["content-security-policy"] == "frame-ancestors 'self'"
