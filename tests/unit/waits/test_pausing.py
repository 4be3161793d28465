"""Pausing and resuming chats, one or many at once; messages into a running turn; reminders."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone, translation

from agentex_web.delivery.messages import _deliverable
from agentex_web.delivery.pauses import due_pauses
from agentex_web.journal import pausing, turns
from agentex_web.journal.sent import follow_up
from agentex_web.preferences.models import Preferences
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.waits.models import Pause, Wait
from agentex_web.waits.queries import addresses_of
from agentex_web.worker import outbox, reminders
from tests.support.own_chats import a_chat, client_of, somebody
from tests.unit.waits.test_deciding import asked

pytestmark = pytest.mark.django_db


def sent(task: Task) -> Turn:
    return follow_up(Task.objects.select_related("head").get(pk=task.pk), uuid.uuid4(), "and?").result.turn


def test_what_is_sent_to_a_paused_chat_waits_until_it_goes_on() -> None:
    ada = somebody()
    task = a_chat(ada)
    assert pausing.set_paused(task.pk, True, ada).result
    assert not pausing.set_paused(task.pk, True, ada).result
    turn = sent(task)
    Turn.objects.filter(pk=turn.pk).update(deliver_at=None)
    assert _deliverable(turn.pk) is None and turn not in outbox._due()
    assert pausing.set_paused(task.pk, False, ada, timedelta()).result
    assert _deliverable(turn.pk) is not None and turn in outbox._due()
    assert task.pk in due_pauses()


def test_the_admin_pauses_every_running_chat_of_an_agent() -> None:
    ada, root = somebody(), somebody(is_staff=True)
    task, quiet = a_chat(ada), a_chat(ada)
    Task.objects.filter(pk=quiet.pk).update(agent=task.agent)
    sent(task)
    root.user_permissions.set(Permission.objects.filter(codename__in=["view_agent", "change_agent"]))
    address, action = "/admin/tasks/agent/", {"action": "pause_chats", "_selected_action": task.agent_id}
    client_of(root).post(address, action, headers={"host": "127.0.0.1"})
    assert not Pause.objects.filter(task=task).exists()
    root.user_permissions.add(Permission.objects.get(codename="pause_chats"))
    client_of(root).post(address, action, headers={"host": "127.0.0.1"})
    assert Pause.objects.filter(task=task, paused=True).exists()
    assert not Pause.objects.filter(task=quiet).exists()
    client_of(root).post(address, {**action, "action": "resume_chats"}, headers={"host": "127.0.0.1"})
    assert not Pause.objects.filter(task=task, paused=True).exists()


def test_a_message_goes_into_the_turn_that_runs_once() -> None:
    ada = somebody()
    task = a_chat(ada)
    running = sent(task)
    turns.begin(task.pk, running.pk)
    late = sent(task)
    turns.queue(task.pk, late.pk)
    for _ in range(2):
        assert turns.take_in(task.pk, running.pk, late.pk, "000003000000").result
    taken = Message.objects.get(turn=running, author="user", position="000003000000")
    assert taken.content == "and?" and Turn.objects.get(pk=late.pk).status == "withdrawn"
    begun = sent(task)
    turns.begin(task.pk, begun.pk)
    assert not turns.take_in(task.pk, running.pk, begun.pk, "000004000000").result


def test_a_reminder_is_sent_once_and_the_next_one_noted(settings: pytest.FixtureRequest) -> None:
    settings.EMAIL_URL = "console:"  # type: ignore[attr-defined]
    ada = somebody(email="ada@example.org")
    wait = asked(ada, remind_at=timezone.now(), reminders=[60.0, 7_200.0])
    Wait.objects.filter(pk=wait.pk).update(created_at=timezone.now() - timedelta(hours=1))
    (taken,) = reminders._taken()
    assert taken[1] == {"ada@example.org": ""} and reminders._taken() == []
    wait.deadline = datetime(2026, 11, 27, 6, 53, tzinfo=UTC)
    with translation.override("de"):
        assert "27. Nov 2026, 06:53 UTC" in str(reminders._mail(wait, "ada@example.org").body)
    kept = Wait.objects.get(pk=wait.pk)
    assert kept.reminders == [] and kept.remind_at == kept.created_at + timedelta(hours=2)
    asyncio.run(asyncio.to_thread(reminders._send, *taken))
    (sent_mail,) = mail.outbox
    assert "/inbox/" in sent_mail.body and sent_mail.to == ["ada@example.org"]


class Refusing:
    """A connection to a mail server that does not know the first address."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    def __enter__(self) -> "Refusing":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send_messages(self, messages: list[EmailMessage]) -> None:
        if messages[0].to == ["gone@example.org"]:
            raise SMTPRecipientsRefused({"gone@example.org": (550, b"unknown")})
        self.sent += messages


def test_each_person_is_reminded_in_their_language_although_the_address_of_another_is_wrong(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server, ada = Refusing(), somebody(email="ada@example.org")
    monkeypatch.setattr(reminders, "get_connection", lambda: server)
    Preferences.objects.create(user=ada, language="de")
    wait = asked(ada)
    assert addresses_of(wait) == {"ada@example.org": "de"}
    reminders._send(wait, {"gone@example.org": "", **addresses_of(wait), "eve@example.org": ""})
    assert [each.to for each in server.sent] == [["ada@example.org"], ["eve@example.org"]]
    assert "wartet auf dich" in server.sent[0].subject and "Entscheide in" in server.sent[0].body
    assert "is waiting for you" in server.sent[1].subject
    assert caplog.text.count("was not sent") == 1
