"""API keys: who can create one, which ones work, and that nobody can read one again."""

import asyncio
import io
import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from agentex_web.accounts import announcements, api_keys
from agentex_web.accounts.models import ApiKey
from agentex_web.accounts.own_data import _account
from agentex_web.api.keys import key_of
from agentex_web.limits.people import TooMany
from tests.support.own_chats import client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/settings/api-keys/"


def request(authorization: str, address: str = "10.0.0.1") -> HttpRequest:
    made = RequestFactory().get("/api/v1/agents", headers={"authorization": authorization})
    made.META["REMOTE_ADDR"] = address
    made.user = AnonymousUser()
    return made


def found(authorization: str, address: str = "10.0.0.1") -> ApiKey | None:
    return asyncio.run(key_of(request(authorization, address)))


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("createapikey", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_key_that_works_and_nothing_else() -> None:
    ada = somebody()
    printed = command(ada.username)
    assert re.fullmatch(r"agx_[\w-]{43}\n", printed)
    key = found(f"Bearer {printed.strip()}")
    assert key is not None and key.person == ada and key.expires_at is None
    assert found(f"bearer   {printed.strip()}") == key
    assert command(ada.username, "--name", "Report", "--days", "2") != printed
    named = ApiKey.objects.get(name="Report")
    assert named.expires_at is not None and named.expires_at > timezone.now() + timedelta(days=1)


@pytest.mark.parametrize(
    "arguments", [("nobody-here",), ("ada", "--days", "-1"), ("ada", "--name", "x" * 101)]
)
def test_the_command_refuses_what_makes_no_key(arguments: tuple[str, ...]) -> None:
    User.objects.create_user("ada")
    with pytest.raises(CommandError):
        command(*arguments)
    User.objects.filter(username="ada").update(is_active=False)
    with pytest.raises(CommandError):
        command("ada")
    assert not ApiKey.objects.exists()


def test_only_a_hash_of_the_key_is_stored() -> None:
    ada = somebody()
    row, text = api_keys.create(ada, "Report")
    stored = ApiKey.objects.filter(pk=row.pk).values_list()[0]
    assert text.startswith(row.start) and not any(text in str(value) for value in stored)
    assert text not in str(_account(ada, [])) and row.start in str(_account(ada, []))
    assert text not in client_of(ada).get(PAGE).text
    ada.is_staff = ada.is_superuser = True
    ada.save()
    for path in ("/admin/accounts/apikey/", f"/admin/accounts/apikey/{row.pk}/change/"):
        page = client_of(ada).get(path).text
        assert row.start in page and text not in page and row.digest not in page


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer agx_" + 43 * "A",
        "Basic {key}",
        "{key}",
        "Bearer {key}x",
        "Bearer é",
    ],
)
def test_anything_else_is_no_key(authorization: str) -> None:
    _row, text = api_keys.create(somebody())
    assert found(authorization.format(key=text)) is None


def test_a_session_is_no_key() -> None:
    ada = somebody()
    made = request("")
    made.user = ada
    made.COOKIES = {each.key: each.value for each in client_of(ada).cookies.values()}
    assert asyncio.run(key_of(made)) is None


def test_a_key_ends_when_it_is_revoked_or_expires_or_its_account_is_deactivated() -> None:
    ada = somebody()
    texts = {name: api_keys.create(ada, name)[1] for name in ("revoked", "expired", "kept")}
    ApiKey.objects.filter(name="expired").update(expires_at=timezone.now())
    api_keys.revoke(ApiKey.objects.filter(name="revoked"))
    assert [name for name, text in texts.items() if found(f"Bearer {text}")] == ["kept"]
    kept = ApiKey.objects.get(name="kept")
    # Programs keep running when a person changes the password.
    ada.set_password("another-1815")
    ada.save()
    assert found(f"Bearer {texts['kept']}") == kept and api_keys.still_works(kept.pk) == ada
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert found(f"Bearer {texts['kept']}") is None and api_keys.still_works(kept.pk) is None


def test_a_revoked_key_is_announced_so_that_its_streams_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(announcements, "_publish", told.append)
    ada = somebody()
    api_keys.create(ada)
    told.clear()
    assert api_keys.revoke(ApiKey.objects.filter(person=ada)) == 1
    assert told == [ada.pk]
    assert api_keys.revoke(ApiKey.objects.filter(person=ada)) == 0


def test_the_last_use_is_written_once_a_minute(django_assert_num_queries: pytest.FixtureRequest) -> None:
    row, text = api_keys.create(somebody())
    assert row.used_at is None
    api_keys.find(text)
    row.refresh_from_db()
    first = row.used_at
    assert first is not None
    with django_assert_num_queries(1):  # type: ignore[operator]
        api_keys.find(text)
    ApiKey.objects.update(used_at=first - timedelta(seconds=61))
    api_keys.find(text)
    row.refresh_from_db()
    assert row.used_at is not None and row.used_at >= first


def test_invalid_keys_are_limited_by_address_and_valid_ones_still_work(
    settings: pytest.FixtureRequest,
) -> None:
    settings.AGENTEX_ADDRESS_ATTEMPTS = 3  # type: ignore[attr-defined]
    _row, text = api_keys.create(somebody())
    for _ in range(3):
        assert found("Bearer wrong") is None
    with pytest.raises(TooMany) as refused:
        found("Bearer wrong")
    assert 0 < refused.value.seconds <= 60
    assert found(f"Bearer {text}") is not None
    assert found("Bearer wrong", "10.0.0.2") is None
    # A request without a key has tried none.
    assert found("") is None


def test_a_person_creates_a_key_that_is_shown_once_and_revokes_it() -> None:
    ada = somebody()
    client = client_of(ada)
    page = client.post(PAGE, {"name": "Report", "days": "30"})
    shown = re.findall(r'<pre tabindex="0" data-new-key>(agx_[\w-]{43})</pre>', page.text)
    assert len(shown) == 1 and "no-store" in page.headers["Cache-Control"]
    key = found(f"Bearer {shown[0]}")
    assert key is not None and key.name == "Report" and key.expires_at is not None
    assert shown[0] not in client.get(PAGE).text and "Report" in client.get(PAGE).text
    assert "<code>http://testserver/v1</code>" in page.text
    address = f"{PAGE}{key.pk}/revoke/"
    assert client_of(somebody()).post(address).status_code == 404
    assert "Report" in client.get(address).text
    assert client.post(address).status_code == 302
    assert found(f"Bearer {shown[0]}") is None and "Report" not in client.get(PAGE).text
    assert client.post(address).status_code == 404
    assert client.post(f"{PAGE}{uuid.uuid4()}/revoke/").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"name": "", "days": "30"}, {"name": "x", "days": "7"}, {"name": "x" * 101, "days": "0"}]
)
def test_a_faulty_form_makes_no_key(data: dict[str, str]) -> None:
    assert "errorlist" in client_of(somebody()).post(PAGE, data).text
    assert not ApiKey.objects.exists()


def test_there_is_a_limit_of_keys(settings: pytest.FixtureRequest) -> None:
    settings.AGENTEX_API_KEYS = 1  # type: ignore[attr-defined]
    ada = somebody()
    client = client_of(ada)
    client.post(PAGE, {"name": "one", "days": "0"})
    assert "which is the limit" in client.post(PAGE, {"name": "two", "days": "0"}).text
    with pytest.raises(CommandError):
        command(ada.username)
    ApiKey.objects.update(expires_at=timezone.now())
    client.post(PAGE, {"name": "three", "days": "0"})
    assert set(ApiKey.objects.values_list("name", flat=True)) == {"one", "three"}
    settings.AGENTEX_API_KEYS = 0  # type: ignore[attr-defined]
    assert "This site gives no API keys." in client.post(PAGE, {"name": "four", "days": "0"}).text


def test_a_key_that_the_admin_deletes_is_announced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(announcements, "_publish", told.append)
    owner = somebody()
    (one, _), (other, _) = api_keys.create(owner), api_keys.create(owner)
    client = client_of(somebody(is_staff=True, is_superuser=True))
    told.clear()
    client.post(f"/admin/accounts/apikey/{one.pk}/delete/", {"post": "yes"})
    assert told == [owner.pk]
    chosen = {"action": "delete_selected", "_selected_action": [str(other.pk)], "post": "yes"}
    client.post("/admin/accounts/apikey/", chosen)
    assert told == [owner.pk] * 2 and not ApiKey.objects.exists()


def test_the_admin_revokes_keys_and_makes_none() -> None:
    root = somebody(is_staff=True, is_superuser=True)
    row, text = api_keys.create(somebody(), "Report")
    client = client_of(root)
    client.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [str(row.pk)]})
    assert found(f"Bearer {text}") is None
    assert client.get("/admin/accounts/apikey/add/").status_code == 403
