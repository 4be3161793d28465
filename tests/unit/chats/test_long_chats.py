"""A page of a long chat has its last turns; the earlier ones follow in parts, whatever branch is shown then."""

import re
import uuid

import pytest
from django.contrib.auth.models import User

from agentex_web.chat import parts
from agentex_web.chat.conversation import shown_places, views_of
from agentex_web.tasks.models import Task, Turn
from tests.support.own_chats import a_chat, another_turn, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)

TURNS = 9
EARLIER = re.compile(r'data-earlier="([0-9a-f-]{36})"')


@pytest.fixture
def ada() -> User:
    return somebody()


@pytest.fixture
def chat(ada: User, monkeypatch: pytest.MonkeyPatch) -> Task:
    monkeypatch.setattr(parts, "FIRST", 3)
    monkeypatch.setattr(parts, "EARLIER", 4)
    task = a_chat(ada, asked="Question 0")
    for number in range(1, TURNS):
        another_turn(task, f"Question {number}", f"Answer {number}")
    task.refresh_from_db()
    return task


def read(user: User, task: Task, asked: str = "", status: int = 200) -> tuple[list[int], str]:
    """The numbers of the questions in the conversation, and the turn before which there are more."""
    answer = client_of(user).get(f"/tasks/{task.pk}/{asked}")
    assert answer.status_code == status
    page = answer.content.decode()
    # The list of chats names the first question, too.
    found = [int(each) for each in re.findall(r'<div class="plain" dir="auto">Question (\d+)<', page)]
    earlier = EARLIER.search(page)
    return found, earlier[1] if earlier else ""


def test_all_turns_follow_in_order(ada: User, chat: Task) -> None:
    numbers, earlier = read(ada, chat)
    assert numbers == [6, 7, 8]
    numbers, earlier = read(ada, chat, f"conversation/?before={earlier}")
    assert numbers == [2, 3, 4, 5]
    numbers, earlier = read(ada, chat, f"conversation/?before={earlier}")
    assert (numbers, earlier) == ([0, 1], "")


def test_the_earlier_turns_do_not_depend_on_the_branch_that_is_shown_by_then(ada: User, chat: Task) -> None:
    _, earlier = read(ada, chat)
    Task.objects.filter(pk=chat.pk).update(head=Turn.objects.get(messages__content="Question 1"))
    assert read(ada, chat, f"conversation/?before={earlier}")[0] == [2, 3, 4, 5]


def test_a_page_that_reads_again_gets_what_it_shows(ada: User, chat: Task) -> None:
    first = Turn.objects.get(messages__content="Question 4").pk
    numbers, earlier = read(ada, chat, f"conversation/?first={first}")
    assert (numbers, earlier) == ([4, 5, 6, 7, 8], str(first))
    # A turn of another branch, or none: the end again.
    assert read(ada, chat, f"conversation/?first={uuid.uuid4()}")[0] == [6, 7, 8]
    assert read(ada, chat, "conversation/?first=x")[0] == [6, 7, 8]


def test_open_turns_are_never_left_out(ada: User, chat: Task) -> None:
    Turn.objects.filter(messages__content="Question 2").update(status="running")
    assert read(ada, chat)[0] == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("before", ["x", "", "3f0c8a52-6c1e-4b8e-9d57-0a4f1f9f2c11"])
def test_an_unknown_turn_is_not_found(ada: User, chat: Task, before: str) -> None:
    read(ada, chat, f"conversation/?before={before}", 404)


def test_turns_of_others_are_not_found(ada: User, chat: Task) -> None:
    theirs = Turn.objects.get(pk=a_chat(somebody()).head_id)
    read(ada, chat, f"conversation/?before={theirs.pk}", 404)
    read(somebody(), chat, f"conversation/?before={chat.head_id}", 404)


def test_turns_that_are_withdrawn_or_deleted_while_a_page_is_made_are_not_shown(chat: Task) -> None:
    places = shown_places(chat)
    chat.turns.filter(pk=places[-1].turn_id).update(status=Turn.Status.WITHDRAWN)
    assert [view.turn.pk for view in views_of(chat, places, {})] == [each.turn_id for each in places[:-1]]
    chat.delete()
    assert views_of(Task(pk=uuid.uuid4()), places, {}) == []
