"""Login with an OpenID Connect server from the settings."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.contrib.auth.models import User
from django.test import Client
from environs import EnvValidationError

from agentex_web.configuration.mail import mail_settings
from agentex_web.configuration.providers import social_apps, social_providers
from tests.support.accounts import LOGIN, fresh_counts
from tests.support.identity_server import CODE, IdentityServer, identity_server

__all__ = ["fresh_counts"]

pytestmark = pytest.mark.django_db

START = "/accounts/oidc/corp/login/"
GRACE = {"sub": "42", "preferred_username": "grace", "email": "grace@corp.example", "email_verified": True}


def corp(server_url: str, **more: Any) -> dict[str, Any]:
    return {"id": "corp", "name": "Corp", "server_url": server_url, "client_id": "us", "secret": "s", **more}


@pytest.fixture
def server(settings: Any) -> Iterator[IdentityServer]:
    with identity_server(GRACE) as known:
        settings.SOCIALACCOUNT_PROVIDERS = social_providers([corp(known.url)], {})
        yield known


def come_back(client: Client, **changed: str) -> Any:
    """Goes to the server and returns with its state, as a browser does."""
    there = client.get(START)
    assert there.status_code == 302
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    given = {"code": CODE, "state": asked["state"][0], **changed}
    return client.get(f"{START}callback/", given)


def test_where_no_server_is_named_there_is_no_way_in(client: Client) -> None:
    assert "Continue with" not in client.get(LOGIN).text
    assert client.get(START).status_code == 404


def test_a_state_of_somebody_elses_making_is_refused(client: Client, server: IdentityServer) -> None:
    answer = come_back(client, state="forged")
    assert answer.status_code < 500 and "_auth_user_id" not in client.session
    assert not server.exchanged


def test_who_has_no_account_is_not_let_in(client: Client, server: IdentityServer) -> None:
    assert "Continue with Corp" in client.get(LOGIN).text
    answer = come_back(client)
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    assert "Accounts are by invitation only" in page.text
    assert not User.objects.filter(username="grace").exists()


def test_an_account_of_the_same_address_is_not_taken_over(
    client: Client, server: IdentityServer, settings: Any
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = social_providers([corp(server.url, signup=True)], {})
    User.objects.create_superuser("chief", email="grace@corp.example", password=None)
    come_back(client)
    assert "_auth_user_id" not in client.session


def test_with_signup_whoever_the_server_knows_gets_an_account(
    client: Client, server: IdentityServer, settings: Any
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = social_providers([corp(server.url, signup=True)], {})
    assert come_back(client)["Location"] == "/"
    grace = User.objects.get(username="grace")
    assert (grace.email, grace.is_staff, grace.is_superuser) == ("grace@corp.example", False, False)
    assert client.session["_auth_user_id"] == str(grace.pk)
    assert server.exchanged[0]["client_id"] == ["us"] and server.exchanged[0]["code_verifier"]
    again = Client()
    assert come_back(again)["Location"] == "/"
    assert again.session["_auth_user_id"] == str(grace.pk)


def test_whoever_is_logged_in_connects_the_server(client: Client, server: IdentityServer) -> None:
    ada = User.objects.create_user("ada", password=None)
    client.force_login(ada)
    there = client.get(f"{START}?process=connect")
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    client.get(f"{START}callback/", {"code": CODE, "state": state})
    assert "Connections" in client.get("/accounts/profile/").text
    stranger = Client()
    assert come_back(stranger)["Location"] == "/"
    assert stranger.session["_auth_user_id"] == str(ada.pk)


def test_two_apps_of_one_provider_are_no_fault(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = social_providers([corp("http://127.0.0.1:1")], {})
    for name in ("one", "two"):
        SocialApp.objects.create(provider="openid_connect", provider_id="corp", name=name, client_id=name)
    assert client.get(LOGIN).status_code == 200
    ada = User.objects.create_user("ada", password=None)
    SocialAccount.objects.create(user=ada, provider="corp", uid="42")
    SocialAccount.objects.create(user=ada, provider="gone since", uid="7")
    client.force_login(ada)
    assert client.get("/accounts/3rdparty/").status_code == 200


def test_a_server_that_is_away_is_a_page_and_not_a_fault(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = social_providers([corp("http://127.0.0.1:1")], {})
    answer = client.get(START)
    assert answer.status_code == 502 and "is not responding" in answer.text


def test_bad_settings_are_named() -> None:
    with pytest.raises(EnvValidationError, match="no provider “nonsense”"):
        social_apps({"nonsense": {}})
    with pytest.raises(EnvValidationError, match="“server_url” is missing"):
        social_providers([{"id": "corp", "client_id": "us"}], {})
    with pytest.raises(EnvValidationError, match="github: “client_id” is missing"):
        social_providers([], {"github": {}})
    with pytest.raises(EnvValidationError, match="EMAIL_URL"):
        mail_settings("mail.example.org")
    assert social_apps({"github": {}}) == ["allauth.socialaccount.providers.github"]
