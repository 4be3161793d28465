"""Login: who is refused, for how long, and which text they see. Without services."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agentex_web.accounts import hashing
from tests.support.accounts import LOGIN, PASSWORD, fresh_counts
from tests.support.accounts import ada_of_password as ada

__all__ = ["ada", "fresh_counts"]

pytestmark = pytest.mark.django_db


def attempt(client: Client, name: str, password: str, path: str = LOGIN, **more: str) -> object:
    return client.post(path, {"username": name, "password": password, **more})


def test_a_wrong_password_is_refused(client: Client, ada: User) -> None:
    response = attempt(client, "ada", "wrong")
    assert response.status_code == 200
    assert "Please enter a correct username and password" in response.text
    assert "_auth_user_id" not in client.session


def test_an_unknown_name_reads_the_same_as_a_wrong_password(client: Client, ada: User) -> None:
    known, unknown = (
        re.sub(r'value="[^"]*"|Token": "\w+', "", attempt(client, n, "wrong").text) for n in ("ada", "eve")
    )
    assert known == unknown


def test_a_deactivated_account_is_refused(client: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    response = attempt(client, "ada", PASSWORD)
    assert response.status_code == 302 and response["Location"] == "/accounts/inactive/"
    assert "deactivated" in client.get("/accounts/inactive/").text
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["ada", "ada@example.org", "ADA@EXAMPLE.ORG"])
def test_the_name_or_the_mail_address_logs_in(client: Client, ada: User, name: str) -> None:
    response = attempt(client, name, PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_it_leads_back_to_a_page_of_this_site_alone(client: Client, ada: User) -> None:
    assert attempt(client, "ada", PASSWORD, next="/admin/")["Location"] == "/admin/"
    elsewhere = attempt(Client(), "ada", PASSWORD, next="https://evil.example/")
    assert elsewhere["Location"] == "/"


def test_the_account_is_locked_and_says_until_when(client: Client, ada: User) -> None:
    for _ in range(5):
        assert attempt(client, "ada", "wrong").status_code == 200
    response = attempt(client, "ada", PASSWORD)
    assert response.status_code == 429
    assert "Too many failed logins for this account. Try again in 5 minutes." in response.text
    assert 0 < int(response["Retry-After"]) <= 300
    assert "_auth_user_id" not in client.session


def test_another_account_is_not_locked(client: Client, ada: User) -> None:
    User.objects.create_user("grace", password=PASSWORD)
    for _ in range(6):
        attempt(client, "ada", "wrong")
    assert attempt(client, "grace", PASSWORD).status_code == 302


def test_an_address_that_tries_many_names_is_refused_and_others_are_not(client: Client, ada: User) -> None:
    for number in range(10):
        attempt(client, f"name-{number}", "wrong")
    response = attempt(client, "ada", PASSWORD)
    assert response.status_code == 429 and "from your network" in response.text
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert attempt(elsewhere, "ada", PASSWORD).status_code == 302


def test_a_right_password_does_not_count(ada: User) -> None:
    for _ in range(8):
        assert attempt(Client(), "ada", PASSWORD).status_code == 302


def test_a_locked_account_costs_no_hash(client: Client, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        attempt(client, "ada", "wrong")
    monkeypatch.setattr(hashing.BoundedPBKDF2, "encode", lambda *_: pytest.fail("a password was hashed"))
    assert attempt(client, "ada", "wrong").status_code == 429


def test_who_waits_too_long_for_the_hash_is_told_to_come_back(
    client: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    with hashing._slots:
        response = attempt(client, "ada", PASSWORD)
    assert response.status_code == 503 and response["Retry-After"] == "5"
    assert "Too many people are logging in" in response.text


def test_the_admin_has_the_same_login(client: Client, ada: User) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    for path in ("/admin/login/", "/admin/login/?next=/admin/"):
        assert client.post(path, {"username": "ada", "password": PASSWORD})["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in client.session


def test_who_is_no_staff_gets_no_admin(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get("/admin/login/?next=/admin/").status_code == 403


def test_a_hash_of_djangos_own_default_still_fits(client: Client, ada: User) -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    User.objects.filter(pk=ada.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 6))
    assert attempt(client, "ada", PASSWORD).status_code == 302


def test_a_logout_is_a_post(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get("/accounts/logout/").status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert "_auth_user_id" not in client.session
