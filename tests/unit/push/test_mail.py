"""Mail about background turns: when a turn has ended, when it needs the person, and never twice."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import User
from django.core import mail

from agentex_web.chat.news import news_of
from agentex_web.preferences.models import Preferences
from agentex_web.tasks.models import Task, Turn
from agentex_web.waits.models import Wait
from agentex_web.watches.notices import notify
from agentex_web.worker.news_mail import send_news
from tests.support.own_chats import a_chat, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.AGENTEX_BACKGROUND_MAIL = True
    settings.EMAIL_URL = "submission://mail.example"

    async def in_this_thread(work: Any, *values: Any) -> Any:
        return await sync_to_async(work)(*values)

    monkeypatch.setattr("agentex_web.worker.news_mail.in_database", in_this_thread)


@pytest.fixture
def person() -> User:
    return somebody(email="ada@example.org")


def background(person: User, status: str) -> Task:
    task = a_chat(person, asked="The report")
    Turn.objects.filter(pk=task.head_id).update(status=status)
    assert task.head
    notify(person, task.head)
    return task


def send() -> int:
    return async_to_sync(send_news)()


def test_the_end_is_mailed_once(person: User) -> None:
    task = background(person, "running")
    assert send() == 0
    Turn.objects.filter(pk=task.head_id).update(status="done")
    assert (send(), send()) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"] and "The report" in sent.subject
    assert sent.body.endswith(task.get_absolute_url())


@pytest.mark.parametrize(
    ("status", "cut", "language", "says"),
    [
        ("done", {}, "de", "Fertig"),
        ("failed", {}, "", "Failed"),
        ("failed", {"message": "m"}, "", "Press Continue to go on."),
        ("interrupted", {"message": "m"}, "", "Stopped"),
    ],
)
def test_the_mail_says_how_it_ended(
    person: User, status: str, cut: dict[str, str], language: str, says: str
) -> None:
    Preferences.objects.create(user=person, language=language)
    task = background(person, status)
    Turn.objects.filter(pk=task.head_id).update(cut=cut)
    send()
    assert mail.outbox[0].subject.startswith("The report: ") and mail.outbox[0].subject.endswith(says)
    shown = "cut" if says.startswith("Press") else status
    assert [each.status for each in news_of(person)] == [shown]


def test_who_is_needed_is_mailed_once_and_again_at_the_end(person: User) -> None:
    task = background(person, "running")
    Wait.objects.create(task=task, turn=task.head, kind="approval", workflow_id="w")
    assert (send(), send()) == (1, 0)
    assert "is waiting for you" in mail.outbox[0].subject
    Turn.objects.filter(pk=task.head_id).update(status="done")
    assert send() == 1


def test_a_person_may_not_want_it(person: User, settings: Any) -> None:
    Preferences.objects.create(user=person, mail=False)
    task = background(person, "done")
    Wait.objects.create(task=task, turn=task.head, kind="form", workflow_id="w")
    assert send() == 0
    Preferences.objects.update(mail=True)
    settings.AGENTEX_BACKGROUND_MAIL = False
    background(person, "done")
    assert send() == 0 and not mail.outbox
