"""Chats of several people, and staff who view them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from agentex_web.tasks.models import Message, Task, Turn
from tests.support.own_chats import a_chat, an_agent, somebody


class Chats:
    """Creates rows of every kind that the admin shows. Each call of `add` adds more."""

    def __init__(self) -> None:
        self.agent = an_agent()

    def add(self, question: str = "How deep is the sea?", status: str = "done", **fields: object) -> Task:
        task = a_chat(somebody(), question, "Deep.", agent=self.agent)
        now = timezone.now()
        values = {
            "status": status,
            "started_at": now - timedelta(seconds=3),
            "finished_at": None if status in Turn.OPEN else now,
            "usage": {"input": 1_200, "output": 34},
            "items": [{"content": "an item"}],
            **fields,
        }
        Turn.objects.filter(task=task).update(**values)
        Message.objects.create(
            turn_id=task.turns.get().pk,
            position="000002",
            author="agent",
            kind="tool_request",
            tool_name="look",
            content='{"place": "sea"}',
        )
        task.refresh_from_db()
        return task


@pytest.fixture
def chats(db: None) -> Chats:
    return Chats()


@pytest.fixture
def chief(db: None) -> User:
    return User.objects.create_superuser("chief", None, None)


@pytest.fixture
def admin_of(chief: User) -> Client:
    """A client that is logged in as a superuser."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(chief)
    return client
