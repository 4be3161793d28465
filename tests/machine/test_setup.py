"""The first account: created with a link that works once, or from the environment.

test_installed.py tests two people at the same moment, which needs a real server and database.
"""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.core.management import call_command
from django.test import Client

from agentex_web.accounts import setup
from agentex_web.accounts.environment import create_superuser_from_environment
from agentex_web.accounts.forms import FirstAccountForm
from agentex_web.accounts.models import FirstAccount
from agentex_web.management import announcement

ADA = {"username": "ada", "password1": "lovelace-1843", "password2": "lovelace-1843"}


def path_of(link: str) -> str:
    return link.removeprefix(setup.origin())


@pytest.fixture
def nobody(db: None) -> None:
    """Deletes all accounts. Those of other tests are restored when the test ends."""
    User.objects.all().delete()
    FirstAccount.objects.all().delete()


@pytest.mark.usefixtures("nobody")
class TestSetup:
    def test_a_token_of_somebody_elses_making_is_refused(self, client: Client) -> None:
        for token in ("nonsense", signing.TimestampSigner(salt="another").sign("first-account")):
            assert client.get(f"/setup/{token}/").status_code == 410
            assert client.post(f"/setup/{token}/", ADA).status_code == 410
        assert not User.objects.exists()

    def test_a_link_of_the_day_before_yesterday_is_refused(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = path_of(setup.setup_link())
        monkeypatch.setattr(setup, "LINK_SECONDS", -1)
        assert client.get(path).status_code == 410

    def test_a_weak_password_makes_no_account(self, client: Client) -> None:
        weak = {"username": "ada", "password1": "12345678", "password2": "12345678"}
        response = client.post(path_of(setup.setup_link()), weak)
        assert response.status_code == 200
        # The error is on the password, not on its repetition.
        assert set(response.context["form"].errors) == {"password1"}
        assert not User.objects.exists()

    def test_the_first_field_with_a_fault_has_the_focus(self, client: Client) -> None:
        path = path_of(setup.setup_link())
        for wrong, names in (
            (
                {"username": "a d a", "password1": "12345678", "password2": "12345678"},
                ["username", "password1"],
            ),
            ({"password1": "12345678", "password2": "12345678"}, ["password1"]),
            ({"password2": "another-one"}, ["password2"]),
        ):
            html = client.post(path, {**ADA, **wrong}).text
            assert re.findall(r'name="(\w+)"[^>]* autofocus', html) == names[:1]
            assert re.findall(r'name="(\w+)"[^>]* aria-invalid="true"', html) == names

    def test_after_a_wrong_password_the_focus_is_on_it(self, client: Client) -> None:
        client.post(path_of(setup.setup_link()), ADA)
        html = Client().post("/accounts/login/", {"username": "ada", "password": "wrong"}).text
        assert re.findall(r'name="(\w+)"[^>]* autofocus', html) == ["password"]

    def test_the_first_account_is_a_superuser_and_logged_in(self, client: Client) -> None:
        path = path_of(setup.setup_link())
        assert client.get(path).status_code == 200
        response = client.post(path, ADA)
        assert (response.status_code, response["Location"]) == (302, "/")
        user = User.objects.get()
        assert (
            user.username == "ada"
            and user.is_superuser
            and user.is_staff
            and user.check_password(ADA["password1"])
        )
        assert client.session["_auth_user_id"] == str(user.pk)

    def test_the_link_works_once(self, client: Client) -> None:
        path = path_of(setup.setup_link())
        client.post(path, ADA)
        stranger = Client()
        assert stranger.get(path).status_code == 410
        assert stranger.post(path, {**ADA, "username": "eve"}).status_code == 410
        assert User.objects.count() == 1

    def test_the_link_does_not_come_back_when_all_accounts_are_deleted(self, client: Client) -> None:
        path = path_of(setup.setup_link())
        User.objects.create_user("ada").delete()
        assert not User.objects.exists()
        assert client.get(path).status_code == 410
        assert client.post(path, ADA).status_code == 410
        assert client.get("/accounts/login/").context["setup_is_open"] is False
        assert not User.objects.exists()

    def test_it_needs_the_csrf_token(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(path_of(setup.setup_link()), ADA).status_code == 403

    def test_a_form_that_was_checked_before_somebody_was_faster_makes_nothing(self) -> None:
        slow, fast = FirstAccountForm({**ADA, "username": "eve"}), FirstAccountForm(ADA)
        assert slow.is_valid() and fast.is_valid()
        setup.make_first_account(fast)
        with pytest.raises(setup.SetupClosed):
            setup.make_first_account(slow)
        assert User.objects.get().username == "ada"

    def test_the_login_page_knows_whether_anybody_can_log_in(self, client: Client) -> None:
        assert client.get("/accounts/login/").context["setup_is_open"] is True
        User.objects.create_user("ada", password=ADA["password1"])
        assert client.get("/accounts/login/").context["setup_is_open"] is False
        response = client.post("/accounts/login/", {"username": "ada", "password": ADA["password1"]})
        assert (response.status_code, response["Location"]) == (302, "/")
        assert client.get("/accounts/logout/").status_code == 405
        assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"

    def test_a_fresh_link_can_be_had_until_there_is_an_account(self, client: Client) -> None:
        out = StringIO()
        call_command("setuplink", stdout=out)
        assert client.get(path_of(out.getvalue().strip())).status_code == 200
        User.objects.create_user("ada")
        out = StringIO()
        call_command("setuplink", stdout=out)
        assert "created already" in out.getvalue()

    def test_the_environment_makes_an_account_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "ada")
        monkeypatch.delenv("DJANGO_SUPERUSER_EMAIL", raising=False)
        create_superuser_from_environment()
        assert not User.objects.exists(), "a name without a password is not enough"
        assert any("first account" in line for line in announcement._lines())
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", ADA["password1"])
        create_superuser_from_environment()
        create_superuser_from_environment()
        account = User.objects.get()
        assert account.is_superuser and account.check_password(ADA["password1"])
        assert not any("first account" in line for line in announcement._lines()), "it needs no link"
