"""Feedback on an answer, and the answer's details."""

import pytest
from django.contrib.auth.models import User

from agentex_web.tasks.models import Feedback, Turn
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.stack import Stack


def answered(stack: Stack, person: Person, words: str) -> Turn:
    stack.model.script(text("An *answer*."), match=words)
    return ended(last_turn(person.begin("haiku", words)))


def url(turn: Turn, action: str) -> str:
    return f"/tasks/{turn.task_id}/turns/{turn.pk}/{action}/"


def given(turn: Turn) -> list[tuple[int, str]]:
    return list(Feedback.objects.filter(message__turn=turn).values_list("value", "comment"))


def test_a_stranger_can_neither_judge_nor_read(stack: Stack, person: Person, stranger: Person) -> None:
    turn = answered(stack, person, "not yours to judge")
    assert stranger.http.post(url(turn, "feedback"), data={"value": "1"}).status_code == 404
    for action in ("details", "source"):
        assert stranger.http.get(url(turn, action)).status_code == 404
    message = turn.answers().get()
    assert stranger.http.get(f"/tasks/{turn.task_id}/messages/{message.pk}/").status_code == 404
    assert given(turn) == []


def test_a_thumb_is_kept_changed_and_taken_back(stack: Stack, person: Person) -> None:
    turn = answered(stack, person, "judge me")
    for value, kept in (("1", [(1, "")]), ("-1", [(-1, "")]), ("-1", [(-1, "")]), ("0", [])):
        assert person.http.post(url(turn, "feedback"), data={"value": value}).status_code == 204
        assert given(turn) == kept


def test_a_comment_is_kept_with_its_thumb_and_shown_after_a_reload(stack: Stack, person: Person) -> None:
    turn = answered(stack, person, "comment on me")
    data = {"value": "-1", "comment": "It does not rhyme."}
    assert person.http.post(url(turn, "feedback"), data=data).status_code == 204
    assert person.http.post(url(turn, "feedback"), data={"value": "-1"}).status_code == 204
    assert given(turn) == [(-1, "It does not rhyme.")]
    page = person.http.get(f"/tasks/{turn.task_id}/").text
    pressed = page.split('aria-pressed="true"')
    assert sum('data-value="-1"' in each[-300:] for each in pressed[:-1]) == 1
    assert 'data-comment="It does not rhyme."' in page
    # The comment belonged to the other thumb, so it is removed.
    person.http.post(url(turn, "feedback"), data={"value": "1"})
    assert given(turn) == [(1, "")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"value": "2"}, "2"),
        ({}, "required"),
        ({"value": "1", "comment": "x" * 2_001}, "up to 2000"),
    ],
)
def test_bad_feedback_is_refused(stack: Stack, person: Person, data: dict[str, str], reason: str) -> None:
    turn = answered(stack, person, "bad feedback")
    answer = person.http.post(url(turn, "feedback"), data=data)
    assert answer.status_code == 400 and reason in answer.text
    assert given(turn) == []


def test_the_admin_lists_and_filters_feedback(stack: Stack, person: Person) -> None:
    turn = answered(stack, person, "for the admin")
    data = {"value": "1", "comment": "Remarkably clear."}
    person.http.post(url(turn, "feedback"), data=data)
    with new_person(stack.url, is_staff=True, is_superuser=True) as admin:
        assert isinstance(admin.user, User)
        liked = admin.http.get("/admin/tasks/feedback/?value__exact=1").text
        assert "Remarkably clear." in liked
        assert "Remarkably clear." not in admin.http.get("/admin/tasks/feedback/?value__exact=-1").text
        message = turn.answers().get()
        assert "Remarkably clear." in admin.http.get(f"/admin/tasks/message/{message.pk}/change/").text


def test_the_details_tell_who_when_how_long_and_how_much(stack: Stack, person: Person) -> None:
    turn = answered(stack, person, "details please")
    told = person.http.get(url(turn, "details")).text
    for words in (
        "Haiku Assistant",
        "<time",
        f"{turn.usage['input']} tokens in",
        " out",
        "to the first token",
    ):
        assert words in told
    began, first, ended = turn.answers().get().data["timing"]
    assert began <= first <= ended
    model = turn.answers().get().data["model"]
    assert model and model in told


def test_the_source_is_the_markdown_as_written(stack: Stack, person: Person) -> None:
    turn = answered(stack, person, "source please")
    answer = person.http.get(url(turn, "source"))
    assert (answer.text, answer.headers["content-type"]) == ("An *answer*.", "text/plain; charset=utf-8")
