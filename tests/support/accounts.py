"""Fixtures to test account pages without services: fresh rate-limit counts and a local mail server."""

import email
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.contrib.auth.models import User
from django.test import Client

from agentex_web.accounts import after_response
from agentex_web.configuration.mail import mail_settings
from agentex_web.limits import counting
from agentex_web.limits.local import LocalCounter
from agentex_web.tasks import threads
from tests.support.stack import free_port
from tests.support.waiting import PATIENCE

PASSWORD = "lovelace-1843"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives each test its own rate-limit counts, kept in memory because no Redis is running."""
    from django.core.cache import cache

    cache.clear()
    monkeypatch.setattr(counting, "_local", LocalCounter())
    monkeypatch.setattr(counting._redis, "is_asked", lambda: False)


@pytest.fixture
def kept_record(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Commits to the database for good, because async views read from other threads, which only see commits."""
    # The test gets its own threads. In the process's threads its connections would stay open and fail a later test
    # that may not use the database.
    with ThreadPoolExecutor(threads.THREADS, thread_name_prefix="database") as pool:
        monkeypatch.setattr(threads, "_pool", pool)
        with django_db_blocker.unblock():
            yield


def account(name: str, **fields: Any) -> User:
    """An account whose user name begins with ``name``."""
    return User.objects.create_user(f"{name}-{uuid.uuid4().hex[:10]}", password=None, **fields)


@pytest.fixture
def ada() -> User:
    return account("ada")


@pytest.fixture
def ada_of_password() -> User:
    """An account with a password. Its user name is "ada", so the test must roll back."""
    return User.objects.create_user("ada", email="ada@example.org", password=PASSWORD)


def signed_in(user: User, **headers: str) -> Client:
    client = Client(headers={"host": "127.0.0.1", **headers})
    client.force_login(user)
    return client


@pytest.fixture
def after_responses(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    """The test's own thread for what responses do not wait for. It does one thing after the other."""
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(after_response, "_threads", pool)
        yield pool


class _Receiver:
    def __init__(self) -> None:
        self.received: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.received.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@dataclass
class Mailbox:
    """Mails that a mail server on this machine has received."""

    receiver: _Receiver
    threads: ThreadPoolExecutor

    @property
    def mails(self) -> list[Message]:
        """The mails so far, in order, with those of ended responses."""
        self.threads.submit(int).result(PATIENCE)
        return self.receiver.received

    def link(self, part: str) -> str:
        """The path of the first link in the last mail that contains ``part``."""
        body = self.mails[-1].get_payload(decode=True)
        assert isinstance(body, bytes)
        line = next(line for line in body.decode().splitlines() if part in line)
        return "/" + line.strip().split("/", 3)[3]


@pytest.fixture
def mailbox(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real SMTP server, configured in the settings."""
    receiver, port = _Receiver(), free_port()
    server = Controller(receiver, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    for name, value in mail_settings(settings.EMAIL_URL).items():
        setattr(settings, name, value)
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(after_response, "_threads", pool)
        yield Mailbox(receiver, pool)
    server.stop()
