"""The start page: agents that were used come first, by title; the address may contain an agent and a message."""

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from agentex_web.chat.start_page import MANY, start_page
from agentex_web.tasks.models import Agent
from tests.support.own_chats import a_chat, aged, an_agent, client_of, somebody

pytestmark = pytest.mark.django_db

STAGE = {"X-Agentex-Stage": "1"}


@pytest.fixture(autouse=True)
def no_other_agents() -> None:
    Agent.objects.update(error="Its file is no longer in agents/.", available=False)


def test_the_agents_that_were_used_come_first_and_stay_in_place() -> None:
    ada = somebody()
    never, older, latest = an_agent("A never"), an_agent("Older"), an_agent("Latest")
    broken = an_agent("Broken", available=False, error="SyntaxError")
    aged(a_chat(ada, agent=older), days=3)
    a_chat(ada, agent=latest)
    a_chat(somebody(), agent=never)
    page = start_page(ada, QueryDict())
    assert page["agents"] == [latest, older, never, broken]
    assert page["agent"] == latest and not page["has_search"]
    a_chat(ada, agent=older)
    again = start_page(ada, QueryDict())
    assert again["agents"] == page["agents"] and again["agent"] == older


def test_an_address_chooses_an_agent_and_begins_a_message() -> None:
    ada = somebody()
    _, wanted, unavailable = an_agent("One"), an_agent("Two"), an_agent("Three", available=False)
    page = start_page(ada, QueryDict(f"agent={wanted.pk}&q=Hello%00%20there"))
    assert (page["agent"], page["question"]) == (wanted, "Hello there")
    assert start_page(ada, QueryDict(f"agent={unavailable.pk}"))["agent"] != unavailable
    assert len(start_page(ada, QueryDict("q=" + "x" * 20_000))["question"]) == 10_000


def test_many_agents_can_be_searched() -> None:
    for number in range(MANY + 1):
        an_agent(f"Agent {number}")
    assert start_page(somebody(), QueryDict())["has_search"]


def test_only_staff_see_what_is_doubtful_about_an_agent() -> None:
    agent = an_agent("Slow", declared={"doubts": ["agents/slow.py takes 14 s to import."]})
    an_agent("Other")
    for user in (somebody(), somebody(is_staff=True)):
        given = QueryDict(f"agent={agent.pk}")
        page = render_to_string("chat/_welcome.html", {**start_page(user, given), "user": user})
        assert ("takes 14 s to import" in page, "1 note on its file" in page) == 2 * (user.is_staff,)


@pytest.mark.django_db(transaction=True)
def test_its_style_comes_with_the_part_that_replaces_another_page() -> None:
    ada, style = somebody(), "css/welcome"
    client, chat = client_of(ada), a_chat(ada)
    whole, part = (client.get("/", headers=headers).content.decode() for headers in ({}, STAGE))
    assert whole.count(style) == part.count(style) == 1
    assert "data-page-style" in part and 'id="welcome"' in part and 'id="sidebar"' not in part
    assert style not in client.get(chat.get_absolute_url(), headers=STAGE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_says_how_long_a_temporary_chat_is_kept(settings: Any) -> None:
    settings.AGENTEX_TEMPORARY_HOURS = 2
    page = client_of(somebody()).get("/", headers=STAGE).content.decode()
    assert "deleted 2 hours after its last message" in page
