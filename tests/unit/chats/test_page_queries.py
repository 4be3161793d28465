"""Pages make few queries, and not more for many rows than for a few. tests/unit/oversight has the admin's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.backends.utils import CursorWrapper

from agentex_web.announcements import current
from agentex_web.announcements.models import Announcement
from agentex_web.chat import health
from agentex_web.tasks.models import Task
from tests.support.own_chats import a_chat, an_agent, another_turn, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 12
"""Limit of queries: the chat, its conversation, the chat list, waits, notices, child tasks, settings."""
FEW, MANY = 2, 25

Ask = Callable[[User, str], list[str]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Returns a function that opens a page and returns its queries, from all threads."""
    made: list[str] = []
    execute = CursorWrapper.execute

    def noted(self: CursorWrapper, sql: Any, params: Any = None) -> Any:
        if str(sql).startswith(("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")):
            made.append(str(sql))
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", noted)
    # The health check and the announcements are cached for some seconds; keep them out of the count.
    monkeypatch.setattr(health, "CACHE_SECONDS", 1_000)
    monkeypatch.setattr(health, "MISSING_SECONDS", 1_000)
    monkeypatch.setattr(current, "CACHE_SECONDS", 1_000)

    def open_page(user: User, url: str) -> list[str]:
        client = client_of(user)
        # The first page in a process also fills caches.
        client.get(url)
        made.clear()
        answer = client.get(url)
        assert answer.status_code == 200, answer.content[:500]
        return list(made)

    return open_page


def chat_of(user: User, turns: int) -> Task:
    task = a_chat(user)
    for number in range(turns - 1):
        another_turn(task, f"Question {number}", f"Answer {number}")
    return task


def same_and_few(few: list[str], many: list[str]) -> None:
    assert len(many) <= len(few), "\n".join(sorted({*many} - {*few}) or many)
    assert len(many) <= MOST, "\n".join(many)


def test_a_chat(ask: Ask) -> None:
    ada = somebody()
    few, many = chat_of(ada, FEW), chat_of(ada, MANY)
    same_and_few(ask(ada, few.get_absolute_url()), ask(ada, many.get_absolute_url()))


def test_the_list_of_chats(ask: Ask) -> None:
    ada, bob, agent = somebody(), somebody(), an_agent()
    for person, count in ((ada, FEW), (bob, MANY)):
        for _ in range(count):
            a_chat(person, agent=agent)
    same_and_few(ask(ada, "/"), ask(bob, "/"))


def test_announcements_cost_a_page_one_query_at_most(ask: Ask) -> None:
    ada = somebody()
    url = a_chat(ada).get_absolute_url()
    without = ask(ada, url)
    Announcement.objects.create(text="Read this", dismissible=False)
    assert len(ask(ada, url)) == len(without)
    for number in range(3):
        Announcement.objects.create(text=f"Number {number}")
    assert len(ask(ada, url)) == len(without) + 1
