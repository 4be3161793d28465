"""Titles: which source may replace which, and how a title is taken from a model's answer."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentex_web.demo_model.demo import Demo
from agentex_web.demo_model.prompt import read_responses
from agentex_web.journal.sent import new_task
from agentex_web.journal.task import change_task, keep_model_title, rename
from agentex_web.tasks.models import Task
from agentex_web.tasks.titles import claim_untitled, give_up_old
from agentex_web.worker.titles import INSTRUCTIONS, title_in
from tests.support.own_chats import a_chat, an_agent, somebody


@pytest.fixture
def titles_on(settings: Any) -> None:
    settings.AGENTEX_TITLES = "auto"


@pytest.mark.django_db
@pytest.mark.usefixtures("titles_on")
def test_a_model_is_asked_once_the_first_answer_is_there() -> None:
    ada = somebody()
    new_task(ada, an_agent(), uuid.uuid4(), "Not answered yet")
    task = a_chat(ada, "How do tides work?", "The moon pulls.")
    [chat] = claim_untitled(10)
    assert (chat.task_id, chat.asked, chat.answered) == (task.pk, "How do tides work?", "The moon pulls.")
    # The title has already been requested.
    assert claim_untitled(10) == []
    Task.objects.filter(pk=task.pk).update(title_due=timezone.now() - timedelta(seconds=1))
    assert [each.task_id for each in claim_untitled(10)] == [task.pk]
    assert keep_model_title(task.pk, "Tides and\n the moon").result
    task.refresh_from_db()
    assert (task.title, task.title_source, task.title_due) == ("Tides and the moon", "model", None)
    assert not keep_model_title(task.pk, "Another").result


@pytest.mark.django_db
@pytest.mark.usefixtures("titles_on")
def test_no_model_replaces_what_a_person_or_an_agent_wrote() -> None:
    ada = somebody()
    by_hand, by_agent = a_chat(ada), a_chat(ada)
    rename(by_hand.pk, "  Mine \n alone ")
    change_task(by_agent.pk, "The agent's", "")
    assert claim_untitled(10) == []
    for task, title in ((by_hand, "Mine alone"), (by_agent, "The agent's")):
        assert not keep_model_title(task.pk, "A model's").result
        task.refresh_from_db()
        assert task.title == title


@pytest.mark.django_db
def test_no_title_is_due_where_the_setting_is_off_or_the_chat_is_old(settings: Any) -> None:
    settings.AGENTEX_TITLES = "off"
    assert a_chat(somebody()).title_due is None
    settings.AGENTEX_TITLES = "auto"
    task = a_chat(somebody())
    Task.objects.filter(pk=task.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert give_up_old() == 1 and claim_untitled(10) == []


@pytest.mark.parametrize(
    "answer, title",
    [
        ("Tides and the Moon", "Tides and the Moon"),
        ('"Tides and the Moon."', "Tides and the Moon"),
        ("**Title: Tides**\n\nBecause…", "Tides"),
        ("# Gezeiten", "Gezeiten"),
        ("「潮汐」について", "「潮汐」について"),
        ("\n\n", ""),
        ("", ""),
        ("word " * 100, ("word " * 100)[:79].rstrip() + "…"),
    ],
)
def test_a_title_is_one_short_line(answer: str, title: str) -> None:
    assert title_in(answer) == title


@pytest.mark.parametrize(
    "asked, title",
    [
        ("Can you tell me about the history of Rome?", "History of Rome"),
        ("/help", "Demo: help"),
        ("Write a haiku about the sea.", "Haiku about the sea"),
        ("hi", "Hi"),
        ("Compare the weather in Oslo and Nairobi", "Compare the weather in Oslo and Nairobi"),
        ("Compare the weather of today in Oslo and in Nairobi", "Compare the weather of today in Oslo"),
        ("明日の天気は？", "明日の天気は"),
        ("", "A new chat"),
    ],
)
def test_the_demo_model_names_a_chat_by_its_question(asked: str, title: str) -> None:
    prompt = f"User: {asked}\n\nAssistant: Some answer."
    body = {"model": "demo", "instructions": INSTRUCTIONS, "input": [{"role": "user", "content": prompt}]}
    [item] = Demo(40, 0.1).answer(read_responses(body)).output
    assert item["content"][0]["text"] == title
