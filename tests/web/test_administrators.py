"""The site keeps an administrator, whoever removes whom, also at the same moment."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agentex_web.accounts import deletion
from agentex_web.accounts.deletion import DeletionRefused, delete_account
from tests.support.accounts import fresh_counts

__all__ = ["fresh_counts"]

pytestmark = pytest.mark.django_db

ADMIN = "/admin/auth/user/"
ONLY = "only administrator"


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief", password=None)


@pytest.fixture
def deputy() -> User:
    return User.objects.create_superuser("deputy", password=None)


def save(by: User, user: User, **changes: Any) -> Any:
    """Saves an account in the admin, with the fields of its form that are ticked."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(by)
    ticked = {"is_active": "on", "is_staff": "on", "is_superuser": "on", **changes}
    fields = {name: value for name, value in ticked.items() if value}
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return client.post(f"{ADMIN}{user.pk}/change/", {"username": user.username, **joined, **fields})


@pytest.mark.parametrize("right", ["is_superuser", "is_staff", "is_active"])
def test_the_last_one_keeps_the_right(chief: User, right: str) -> None:
    refused = save(chief, chief, **{right: ""})
    assert refused.status_code == 200 and ONLY in refused.text
    chief.refresh_from_db()
    assert chief.is_superuser and chief.is_staff and chief.is_active
    assert save(chief, chief, last_name="C").status_code == 302


def test_who_cannot_open_the_admin_is_no_administrator(chief: User, deputy: User) -> None:
    User.objects.filter(pk=deputy.pk).update(is_staff=False)
    assert ONLY in save(chief, chief, is_superuser="").text
    assert save(chief, deputy, is_staff="", last_name="D").status_code == 302


def test_one_of_two_may_go(chief: User, deputy: User) -> None:
    assert save(chief, deputy, is_superuser="").status_code == 302
    assert ONLY in save(chief, chief, is_active="").text


def test_of_two_who_delete_each_other_at_once_one_stays(
    chief: User, deputy: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meanwhile(_turns: Any) -> None:
        """The deputy's request, which comes after the check of the chief's."""

        await User.objects.filter(pk=deputy.pk).aupdate(is_active=False)

    monkeypatch.setattr(deletion, "_stop_all", meanwhile)
    with pytest.raises(DeletionRefused):
        delete_account(chief)
    chief.refresh_from_db()
    assert chief.is_active
