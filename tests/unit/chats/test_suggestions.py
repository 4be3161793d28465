"""Suggested replies: requested once, if the setting is on, stored, and shown below the last answer."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.utils import timezone

from agentex_web.chat.frames import frames_of
from agentex_web.demo_model.demo import Demo
from agentex_web.demo_model.prompt import read_responses
from agentex_web.journal.suggesting import suggest
from agentex_web.streams.encoding import decode, encode
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import Suggested
from agentex_web.suggestions.due import claim_answered
from agentex_web.suggestions.models import Suggestions
from agentex_web.tasks.models import Task, Turn
from agentex_web.worker.suggestions import INSTRUCTIONS, suggestions_in
from tests.support.own_chats import a_chat, another_turn, client_of, somebody


@pytest.fixture
def suggestions_on(settings: Any) -> None:
    settings.AGENTEX_SUGGESTIONS = "auto"


@pytest.mark.django_db
def test_a_model_is_asked_once_about_the_last_answer_of_a_chat() -> None:
    task = a_chat(somebody(), "How do tides work?", "The moon pulls.")
    last = another_turn(task, "And the sun?", "It pulls, too.")
    [found] = claim_answered(10)
    assert (found.turn_id, found.asked, found.answered) == (last.pk, "And the sun?", "It pulls, too.")
    assert claim_answered(10) == []


@pytest.mark.django_db
def test_what_is_old_failed_or_deleted_is_not_followed_up() -> None:
    old, failed, gone = (a_chat(somebody()) for _ in range(3))
    Turn.objects.filter(task=old).update(finished_at=timezone.now() - timedelta(minutes=3))
    Turn.objects.filter(task=failed).update(status="failed")
    Task.objects.filter(pk=gone.pk).update(delete_at=timezone.now())
    assert claim_answered(10) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("suggestions_on")
def test_they_are_shown_below_the_last_answer_until_the_chat_goes_on() -> None:
    ada = somebody()
    task = a_chat(ada)
    [found] = claim_answered(10)
    written = suggest(task.pk, found.turn_id, ["Tell me <more>", "And then?"])
    assert written.result
    assert written.reported == [
        Suggested(str(found.turn_id), "Tell me <more>\nAnd then?", version=written.version)
    ]
    page = client_of(ada).get(task.get_absolute_url()).content.decode()
    assert 'data-starter="Tell me &lt;more&gt;"' in page
    another_turn(Task.objects.get(pk=task.pk), "And then?", "The end.")
    assert "data-suggestions" not in client_of(ada).get(task.get_absolute_url()).content.decode()
    assert not suggest(task.pk, found.turn_id, ["Too late"]).result


@pytest.mark.django_db(transaction=True)
def test_nothing_is_shown_where_the_setting_is_off() -> None:
    ada = somebody()
    task = a_chat(ada)
    Suggestions.objects.create(turn_id=task.head_id, texts=["Old"])
    assert "data-suggestions" not in client_of(ada).get(task.get_absolute_url()).content.decode()


def test_open_pages_are_told() -> None:
    event = decode(encode(Suggested(str(uuid.uuid4()), "One\nTwo", version=4)))
    [frame] = async_to_sync(frames_of)(uuid.uuid4(), [Entry("1-0", event)], User())
    assert (frame["type"], frame["html"].count("data-starter")) == ("suggested", 2)


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ("Why?\nHow?\n\nWhen?\nWho?", ["Why?", "How?", "When?"]),
        ('1. "Why is that?"\n2) **How**\n- And now?', ["Why is that?", "How", "And now?"]),
        ("Why?\nWhy?\n" + "x" * 101, ["Why?"]),
        ("3 apples?", ["3 apples?"]),
        ("", []),
    ],
)
def test_a_suggestion_is_a_short_line(said: str, texts: list[str]) -> None:
    assert suggestions_in(said) == texts


def test_the_demo_model_suggests_something() -> None:
    prompt = "User: Hi\n\nAssistant: Hello."
    body = {"model": "demo", "instructions": INSTRUCTIONS, "input": [{"role": "user", "content": prompt}]}
    [item] = Demo(40, 0.1).answer(read_responses(body)).output
    assert len(suggestions_in(item["content"][0]["text"])) == 3
