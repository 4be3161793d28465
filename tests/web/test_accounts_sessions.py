"""A person's sessions and profile, and deleting an account."""

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client

from agentex_web.accounts import deletion
from agentex_web.accounts.browsers import browser_name
from agentex_web.accounts.models import AccountDeletion
from agentex_web.tasks.models import Task
from tests.support.accounts import LOGIN, PASSWORD, fresh_counts
from tests.support.accounts import ada_of_password as ada
from tests.support.own_chats import a_chat

__all__ = ["ada", "fresh_counts"]

pytestmark = pytest.mark.django_db

SESSIONS, DELETE = "/accounts/sessions/", "/accounts/delete/"


def logged_in(name: str, browser: str) -> Client:
    client = Client(headers={"user-agent": browser})
    assert client.post(LOGIN, {"username": name, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/accounts/profile/").status_code == 200)


@pytest.mark.parametrize(
    "path", [SESSIONS, DELETE, "/accounts/profile/", "/accounts/email/", "/accounts/password/change/"]
)
def test_nobody_is_sent_to_the_login(client: Client, db: None, path: str) -> None:
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 302 and response["Location"].startswith(LOGIN)


def test_a_stranger_ends_no_session_of_another(ada: User) -> None:
    User.objects.create_user("eve", password=PASSWORD)
    here, eve = logged_in("ada", "Firefox"), logged_in("eve", "Chrome")
    assert "Firefox" not in eve.get(SESSIONS).text
    key = here.get(SESSIONS).context["sessions"][0][0].pk
    for wanted in (str(key), "-1", "x", "", 30 * "9", 5_000 * "9"):
        assert eve.post(SESSIONS, {"session": wanted}).status_code == 404
    assert is_in(here)


def test_each_session_can_be_ended(ada: User) -> None:
    here, phone, tablet = (logged_in("ada", browser) for browser in ("Firefox", "Phone", "Tablet"))
    page = here.get(SESSIONS)
    assert all(browser in page.text for browser in ("Firefox", "Phone", "Tablet"))
    found = {browser: session.pk for session, browser in page.context["sessions"]}
    here.post(SESSIONS, {"session": found["Phone"]})
    assert (is_in(here), is_in(phone), is_in(tablet)) == (True, False, True)
    # The current session can only be ended by logging out.
    assert here.post(SESSIONS, {"session": found["Firefox"]}).status_code == 404
    here.post(SESSIONS, {"session": "others"})
    assert (is_in(here), is_in(tablet)) == (True, False)


def test_a_session_from_before_is_listed_too(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert "this session" in client.get(SESSIONS).text


def test_the_profile_changes_a_name_and_no_right(client: Client, ada: User) -> None:
    client.force_login(ada)
    client.post(
        "/accounts/profile/", {"first_name": "Ada", "last_name": "King", "is_staff": "on", "username": "x"}
    )
    ada.refresh_from_db()
    assert (ada.get_full_name(), ada.is_staff, ada.username) == ("Ada King", False, "ada")


def test_an_account_is_not_deleted_without_its_password(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert "Wrong password" in client.post(DELETE, {"password": "wrong"}).text
    assert client.post(DELETE).status_code == 200
    assert User.objects.filter(pk=ada.pk).exists()


def test_a_password_is_not_guessed_there_either(client: Client, ada: User) -> None:
    client.force_login(ada)
    for _ in range(5):
        client.post(DELETE, {"password": "wrong"})
    assert "Too many failed logins" in client.post(DELETE, {"password": PASSWORD}).text
    assert User.objects.filter(pk=ada.pk).exists()


def test_the_last_administrator_stays(client: Client, db: None) -> None:
    User.objects.filter(is_superuser=True).delete()
    chief = User.objects.create_superuser("chief", password=PASSWORD)
    client.force_login(chief)
    assert client.post(DELETE, {"password": PASSWORD}).status_code == 409
    assert User.objects.filter(pk=chief.pk).exists()


def test_an_account_is_deleted_with_its_password(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.post(DELETE, {"password": PASSWORD})["Location"] == LOGIN
    assert not User.objects.filter(pk=ada.pk).exists()
    assert "were deleted" in client.get(LOGIN).text


def test_an_account_with_many_chats_is_closed_at_once_and_deleted_by_a_worker(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        a_chat(ada)
    monkeypatch.setattr(deletion, "REQUEST_SECONDS", -1.0)
    client.force_login(ada)
    assert client.post(DELETE, {"password": PASSWORD})["Location"] == LOGIN
    assert Task.objects.filter(owner=ada).count() == 3
    assert client.post(LOGIN, {"username": "ada", "password": PASSWORD}).headers.get("Location") != "/"
    deletion.delete_accounts()
    assert not User.objects.filter(pk=ada.pk).exists() and not Task.objects.filter(owner=ada).exists()


def test_an_account_is_deleted_by_a_worker_if_the_database_is_busy(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_user_id: int, _end: float) -> None:
        raise OperationalError("database is locked")

    client.force_login(ada)
    with monkeypatch.context() as patched:
        patched.setattr(deletion, "_delete", busy)
        assert client.post(DELETE, {"password": PASSWORD})["Location"] == LOGIN
    deletion.delete_accounts()
    assert not User.objects.filter(pk=ada.pk).exists()


def test_an_account_that_cannot_be_deleted_holds_up_no_other(
    ada: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people = [ada, *(User.objects.create_user(name) for name in ("ben", "cleo"))]
    for each in people:
        AccountDeletion.objects.create(user=each)
    delete = deletion._delete

    def failing(user_id: int, end: float) -> None:
        if user_id == ada.pk:
            raise OSError("no such device")
        delete(user_id, end)

    monkeypatch.setattr(deletion, "_delete", failing)
    deletion.delete_accounts()
    assert [*User.objects.filter(pk__in=[each.pk for each in people])] == [
        ada
    ] and "no such device" in caplog.text


def test_an_account_without_a_password_gives_its_name(client: Client, db: None) -> None:
    grace = User.objects.create_user("grace", password=None)
    client.force_login(grace)
    assert "not your username" in client.post(DELETE, {"username": "ada"}).text
    client.post(DELETE, {"username": "grace"})
    assert not User.objects.filter(pk=grace.pk).exists()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.5 Safari/605.1",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 CriOS/140.0 Mobile Safari/604.1",
            "Chrome on iPhone",
        ),
        ("curl/8.0", "curl/8.0"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_has_a_name(header: str, words: str) -> None:
    assert browser_name(header) == words
