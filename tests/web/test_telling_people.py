"""People are notified by mail and on the open page about ended turns and about waits for them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentex_web.chat.news import reminders_of
from agentex_web.journal import stops
from agentex_web.tasks.models import Turn
from agentex_web.waits.models import Wait
from agentex_web.watches.models import Notice
from agentex_web.watches.notices import notify
from agentex_web.worker import news_mail, reminders
from tests.support.accounts import Mailbox, kept_record, mailbox  # noqa: F401  (fixtures)
from tests.support.own_chats import a_chat, client_of, somebody
from tests.unit.waits.test_deciding import asked

pytestmark = pytest.mark.usefixtures("kept_record")
HOST = {"host": "127.0.0.1"}


def send() -> None:
    for person, task, subject in news_mail._due():
        news_mail._send(person.email, task, subject)


def test_mails_about_the_background(mailbox: Mailbox, settings: Any) -> None:  # noqa: F811
    settings.AGENTEX_BACKGROUND_MAIL = True
    ada = somebody(email="ada@example.org")
    wait = asked(ada)
    turn = Turn.objects.get(pk=wait.turn_id)
    notify(ada, turn)
    for _ in range(2):
        send()
    assert [each["To"] for each in mailbox.mails] == ["ada@example.org"]
    assert "is waiting for you" in mailbox.mails[0]["Subject"]
    assert mailbox.link("/tasks/") == turn.task.get_absolute_url()
    Wait.objects.filter(pk=wait.pk).update(status=Wait.Status.DECIDED)
    Turn.objects.filter(pk=turn.pk).update(status=Turn.Status.DONE)
    for _ in range(2):
        send()
    assert len(mailbox.mails) == 2
    assert mailbox.link("/tasks/") == turn.task.get_absolute_url()


def test_no_mail_about_what_was_seen(mailbox: Mailbox, settings: Any) -> None:  # noqa: F811
    settings.AGENTEX_BACKGROUND_MAIL = True
    ada = somebody(email="ada@example.org")
    turn = Turn.objects.filter(task=a_chat(ada)).latest("created_at")
    notify(ada, turn)
    Notice.objects.filter(turn=turn).update(seen_at=timezone.now())
    send()
    assert not mailbox.mails


def test_a_reminder_goes_by_mail_and_to_the_page(mailbox: Mailbox) -> None:  # noqa: F811
    ada = somebody(email="ada@example.org")
    wait = asked(ada, remind_at=timezone.now(), reminders=[60.0, 7_200.0])
    Wait.objects.filter(pk=wait.pk).update(created_at=timezone.now() - timedelta(hours=1))
    browser = client_of(ada)
    assert "Still waiting" not in browser.get("/news/", headers=HOST).content.decode()
    for taken in reminders._taken():
        asyncio.run(asyncio.to_thread(reminders._send, *taken))
    assert "is waiting for you" in mailbox.mails[0]["Subject"]
    shown = browser.get("/news/", headers=HOST).content.decode()
    assert "Still waiting for you: pay" in shown and wait.task.get_absolute_url() in shown
    # Not shown in the chat itself and in the inbox, where the wait is in view.
    for page in (wait.task.get_absolute_url(), "/inbox/"):
        there = {**HOST, "HX-Request": "true", "HX-Current-URL": f"http://127.0.0.1{page}"}
        assert "Still waiting" not in browser.get("/news/", headers=there).content.decode()
    address = f"/news/reminders/{wait.pk}/dismiss/"
    assert "Still waiting" not in browser.post(address, headers=HOST).content.decode()
    assert "Still waiting" not in browser.get("/news/", headers=HOST).content.decode()
    # The next reminder is shown.
    Wait.objects.filter(pk=wait.pk).update(reminded_at=timezone.now() + timedelta(hours=2))
    assert "Still waiting" in browser.get("/news/", headers=HOST).content.decode()
    assert not reminders_of(somebody())


def test_that_it_is_undone_is_kept_and_reported() -> None:
    ada = somebody()
    task = a_chat(ada)
    turn = Turn.objects.filter(task=task).latest("created_at")
    Turn.objects.filter(pk=turn.pk).update(status=Turn.Status.RUNNING)
    stopping = stops.request_stops(task.pk, undo=True)
    turn.refresh_from_db()
    assert turn.stop_requested and turn.undo_requested
    assert [getattr(event, "undo", None) for event in stopping.events] == [True]
    page = client_of(ada).get(f"/tasks/{task.pk}/conversation/", headers=HOST).content.decode()
    assert "Stopping and undoing…" in page
