"""A stranger gets 404 for every address of a task; visitors without a login get the login page."""

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def test_a_stranger_finds_nothing(stack: Stack, person: Person, stranger: Person) -> None:
    stack.model.script(text("For Ada alone."), match="private matter")
    task = person.begin("haiku", "private matter")
    turn = ended(last_turn(task))
    for path in ("", "conversation/"):
        assert stranger.http.get(f"/tasks/{task.pk}/{path}").status_code == 404
    for path in ("messages/", "stop/", f"turns/{turn.pk}/retry/", f"turns/{turn.pk}/withdraw/"):
        answer = stranger.http.post(f"/tasks/{task.pk}/{path}", data={"id": str(task.pk), "content": "mine?"})
        assert answer.status_code == 404, path
    assert "private matter" not in stranger.http.get("/").text
    assert task.turns.count() == 1


def test_a_turn_of_another_task_is_not_found(stack: Stack, person: Person, stranger: Person) -> None:
    stack.model.script(text("A."), match="whose turn", times=2)
    theirs, mine = person.begin("haiku", "whose turn"), stranger.begin("haiku", "whose turn")
    turn = ended(last_turn(theirs))
    assert stranger.http.post(f"/tasks/{mine.pk}/turns/{turn.pk}/retry/").status_code == 404


def test_a_message_id_of_somebody_else_is_refused(stack: Stack, person: Person, stranger: Person) -> None:
    stack.model.script(text("A."), match="taken id")
    turn = ended(last_turn(person.begin("haiku", "taken id")))
    answer = stranger.http.post("/tasks/", data={"id": str(turn.pk), "agent": "haiku", "content": "mine"})
    assert answer.status_code == 409
    assert "taken id" not in answer.text


def test_a_stranger_is_closed_out_of_the_socket(stack: Stack, person: Person, stranger: Person) -> None:
    stack.model.script(text("A."), match="whose socket")
    task = person.begin("haiku", "whose socket")
    with pytest.raises(ConnectionClosed) as closed, stranger.socket(task) as socket:
        socket.until_turn("done")
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404
    assert socket.frames == []


def test_nobody_is_sent_to_the_login_page(stack: Stack, person: Person) -> None:
    stack.model.script(text("A."), match="who are you")
    task = person.begin("haiku", "who are you")
    for path in ("/", f"/tasks/{task.pk}/", f"/tasks/{task.pk}/conversation/", "/sidebar/", "/admin/"):
        answer = httpx2.get(stack.url + path)
        assert answer.status_code == 302 and "/login/" in answer.headers["location"], path


def test_another_site_cannot_open_the_socket(stack: Stack, person: Person) -> None:
    stack.model.script(text("A."), match="other origin")
    task = person.begin("haiku", "other origin")
    with pytest.raises(InvalidStatus, match="403"), person.socket(task, origin="http://evil.example"):
        pass


def test_a_post_without_the_token_is_refused(stack: Stack, person: Person) -> None:
    answer = person.http.post(
        "/tasks/", headers={"X-CSRFToken": ""}, data={"agent": "haiku", "content": "hi"}
    )
    assert answer.status_code == 403
