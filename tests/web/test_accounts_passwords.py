"""Changing and resetting a password, signing up, and confirming an address, with real mail."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import BoundedSemaphore, Event, current_thread
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from agentex_web.accounts import after_response
from agentex_web.configuration.mail import mail_settings
from agentex_web.limits.words import in_words
from tests.support.accounts import LOGIN, PASSWORD, Mailbox, after_responses, fresh_counts, mailbox
from tests.support.accounts import ada_of_password as ada
from tests.support.stack import free_port
from tests.support.waiting import PATIENCE

__all__ = ["ada", "after_responses", "fresh_counts", "mailbox"]

pytestmark = pytest.mark.django_db
# The mail is sent from another thread, which sees only what was committed.
COMMITTING = pytest.mark.django_db(transaction=True)

NEW = "countess-of-1815"
GRACE = {"username": "grace", "email": "grace@example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def signed_in(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def change(client: Client, old: str, new: str) -> Any:
    return client.post("/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": new})


def test_nobody_changes_a_password(client: Client, ada: User) -> None:
    assert change(client, PASSWORD, NEW)["Location"].startswith(LOGIN)
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_it_is_not_changed_without_the_old_one(signed_in: Client, ada: User) -> None:
    assert "This is not your current password" in change(signed_in, "wrong", NEW).text
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_a_changed_password_ends_the_other_sessions(signed_in: Client, ada: User) -> None:
    other = Client()
    other.force_login(ada)
    assert change(signed_in, PASSWORD, NEW).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert signed_in.get("/accounts/profile/").status_code == 200
    assert other.get("/accounts/profile/").status_code == 302


def test_without_mail_the_page_names_the_administrator(client: Client, ada: User) -> None:
    for response in (
        client.get("/accounts/password/reset/"),
        client.post("/accounts/password/reset/", {"email": "ada@example.org"}),
    ):
        assert "Ask your administrator" in response.text and "<form" not in response.text


@COMMITTING
def test_a_reset_by_mail_works_once(client: Client, ada: User, mailbox: Mailbox) -> None:
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert mailbox.mails[-1]["To"] == "ada@example.org"
    link = mailbox.link("/password/reset/key/")
    page = client.get(link, follow=True)
    response = client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert response.status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert "no longer works" in Client().get(link, follow=True).text


@COMMITTING
def test_nobody_learns_which_addresses_have_accounts(client: Client, ada: User, mailbox: Mailbox) -> None:
    known = client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "eve@example.org"})
    assert known["Location"] == unknown["Location"]
    assert [mail["To"] for mail in mailbox.mails] == ["ada@example.org"]


SENT, MAY_SEND = list[str](), Event()


class SlowBackend(BaseEmailBackend):
    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        assert MAY_SEND.wait(PATIENCE)
        SENT.extend(each.to[0] for each in messages)
        return len(messages)


@COMMITTING
def test_nobody_learns_it_from_the_time_of_the_response(
    client: Client, ada: User, settings: Any, after_responses: ThreadPoolExecutor
) -> None:
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://mail.invalid", f"{__name__}.SlowBackend"
    assert client.post("/accounts/password/reset/", {"email": "ada@example.org"}).status_code == 302
    assert not SENT
    MAY_SEND.set()
    after_responses.shutdown()
    assert SENT == ["ada@example.org"]


def test_calls_that_wait_for_a_slow_mail_server_have_a_limit(
    after_responses: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(after_response, "_places", BoundedSemaphore(2))
    may_end, ended = Event(), list[int]()

    def slow(number: int) -> None:
        assert may_end.wait(PATIENCE)
        ended.append(number)

    for number in range(3):
        after_response.after_response(partial(slow, number))
    may_end.set()
    after_responses.submit(int).result(PATIENCE)
    assert ended == [0, 1] and "left out" in caplog.text
    after_response.after_response(partial(slow, 3))
    after_responses.submit(int).result(PATIENCE)
    assert ended == [0, 1, 3]


class NoThreads:
    def submit(self, *_: object) -> None:
        raise RuntimeError("can't start new thread")


def test_a_call_that_cannot_be_started_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_response, "_places", places := BoundedSemaphore(1))
    monkeypatch.setattr(after_response, "_threads", NoThreads())
    with pytest.raises(RuntimeError):
        after_response.after_response(int)
    assert places.acquire(blocking=False)


@pytest.mark.parametrize(("seconds", "ends"), [(PATIENCE, True), (0.0, False)])
def test_a_process_that_ends_waits_for_calls_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, seconds: float, ends: bool
) -> None:
    places = BoundedSemaphore(after_response.MOST_CALLS)
    monkeypatch.setattr(after_response, "_places", places)
    monkeypatch.setattr(after_response, "_threads", after_response._Threads())
    monkeypatch.setattr(after_response, "LAST_SECONDS", seconds)
    may_end, ended = Event(), Event()

    def call() -> None:
        assert current_thread().daemon and may_end.wait(PATIENCE)
        ended.set()

    after_response.after_response(call)
    if ends:
        may_end.set()
    after_response.finish()
    assert ended.is_set() is ends
    assert ("have not ended: 1." in caplog.text) is not ends
    may_end.set()
    assert ends or places.acquire(timeout=PATIENCE)


@COMMITTING
def test_a_mail_server_that_is_down_tells_nobody_which_addresses_have_accounts(
    client: Client, ada: User, settings: Any, after_responses: ThreadPoolExecutor
) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    for name, value in mail_settings(settings.EMAIL_URL).items():
        setattr(settings, name, value)
    known = client.post("/accounts/password/reset/", {"email": "ada@example.org"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "eve@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain and known.status_code == 200
    assert "could not be sent" not in known.text
    settings.AGENTEX_SIGNUP = "open"
    signed_up = client.post("/accounts/signup/", GRACE, follow=True)
    assert signed_up.status_code == 200 and "The mail could not be sent" in signed_up.text
    assert "Confirmation email sent" not in signed_up.text


@COMMITTING
def test_a_forged_host_is_in_no_mail(ada: User, mailbox: Mailbox, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.org", "https://agents.example.org"]
    forging = Client(headers={"host": "evil.example:1234"})
    forging.post("/accounts/password/reset/", {"email": "ada@example.org"})
    body = mailbox.mails[-1].as_string()
    assert "https://agents.example.org/accounts/password/reset/key/" in body and "evil" not in body
    forging.force_login(ada)
    forging.post("/accounts/email/", {"action_add": "", "email": "countess@example.org"})
    body = mailbox.mails[-1].as_string()
    assert "https://agents.example.org/accounts/confirm-email/" in body and "evil" not in body


def test_sign_up_is_by_invitation_unless_it_is_open(client: Client, ada: User) -> None:
    assert "by invitation" in client.get("/accounts/signup/").text
    assert "by invitation" in client.post("/accounts/signup/", GRACE).text
    assert "Create an account" not in client.get(LOGIN).text
    assert not User.objects.filter(username="grace").exists()


def test_an_open_sign_up_waits_for_the_address(
    client: Client, ada: User, mailbox: Mailbox, settings: Any
) -> None:
    settings.AGENTEX_SIGNUP = "open"
    assert "Create an account" in client.get(LOGIN).text
    client.post("/accounts/signup/", {**GRACE, "is_staff": "on", "is_superuser": "on"})
    grace = User.objects.get(username="grace")
    assert not grace.is_staff and not grace.is_superuser
    assert "_auth_user_id" not in client.session
    refused = Client().post(LOGIN, {"username": "grace", "password": PASSWORD})
    assert refused["Location"] == "/accounts/confirm-email/"
    assert client.post(mailbox.link("/confirm-email/")).status_code == 302
    assert EmailAddress.objects.get(user=grace).verified
    assert Client().post(LOGIN, {"username": "grace", "password": PASSWORD})["Location"] == "/"


def test_an_open_sign_up_without_mail_asks_for_no_proof(client: Client, ada: User, settings: Any) -> None:
    settings.AGENTEX_SIGNUP = "open"
    assert client.post("/accounts/signup/", GRACE)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(User.objects.get(username="grace").pk)


def test_an_address_is_changed_when_it_was_proved(signed_in: Client, ada: User, mailbox: Mailbox) -> None:
    signed_in.post("/accounts/email/", {"action_add": "", "email": "countess@example.org"})
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert mailbox.mails[-1]["To"] == "countess@example.org"
    signed_in.post(mailbox.link("/confirm-email/"))
    ada.refresh_from_db()
    assert ada.email == "countess@example.org"


@COMMITTING
def test_who_asks_for_too_many_links_is_told_until_when(client: Client, ada: User, mailbox: Mailbox) -> None:
    ask = {"email": "Ada@example.org"}
    assert [client.post("/accounts/password/reset/", ask).status_code for _ in range(5)] == [302] * 5
    refused = client.post("/accounts/password/reset/", ask)
    assert refused.status_code == 429
    seconds = int(refused["Retry-After"])
    assert 30 < seconds <= 61
    assert f"try again in {in_words(seconds)}" in refused.text


def test_who_changes_a_password_too_often_is_told_until_when(signed_in: Client) -> None:
    answers = [change(signed_in, "wrong", NEW) for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert 30 < int(answers[-1]["Retry-After"]) <= 61
