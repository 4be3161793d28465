"""Invitations: who may use one, only once, with which permissions. With real mail through a local server."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from agentex_web.accounts import invitations
from agentex_web.accounts.forms import InvitedForm
from agentex_web.accounts.models import Invitation
from tests.support.accounts import PASSWORD, Mailbox, fresh_counts, mailbox

__all__ = ["fresh_counts", "mailbox"]

pytestmark = pytest.mark.django_db

GRACE = {"username": "grace", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def invitation() -> Invitation:
    return Invitation.objects.create(email="grace@example.org")


def path_of(invitation: Invitation) -> str:
    return invitations.link_of(invitation).removeprefix(invitations.public_origin())


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief", password=None)


def test_a_link_of_somebody_elses_making_is_refused(client: Client, invitation: Invitation) -> None:
    for token in ("nonsense", str(invitation.pk), f"{invitation.pk}:forged"):
        assert client.get(f"/accounts/invitation/{token}/").status_code == 410
        assert client.post(f"/accounts/invitation/{token}/", GRACE).status_code == 410
    assert not User.objects.filter(username="grace").exists()


def test_one_that_expired_or_was_revoked_is_refused(client: Client, invitation: Invitation) -> None:
    path = path_of(invitation)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.post(path, GRACE)
    assert response.status_code == 410 and "It expired on" in response.text
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    invitation.refresh_from_db()
    assert invitations.revoke(invitation) and not invitations.revoke(invitation)
    response = client.post(path, GRACE)
    assert response.status_code == 410 and "It was revoked" in response.text
    assert not User.objects.filter(username="grace").exists()


def test_it_works_once(client: Client, invitation: Invitation) -> None:
    path = path_of(invitation)
    assert client.post(path, GRACE)["Location"] == "/"
    response = Client().post(path, {**GRACE, "username": "eve"})
    assert response.status_code == 410 and "It has already been used" in response.text
    assert not User.objects.filter(username="eve").exists()


def test_of_two_who_accept_at_once_one_is_first(invitation: Invitation) -> None:
    forms = [InvitedForm({**GRACE, "username": name}) for name in ("grace", "eve")]
    assert all(form.is_valid() for form in forms)
    invitations.accept(invitation, forms[0])
    with pytest.raises(invitations.InvitationClosed):
        invitations.accept(invitation, forms[1])
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"username": "grace"}, "username already exists"),
        ({"username": "eve", "email": "grace@example.org"}, "email address already exists"),
        ({"username": "eve"}, "email address already exists"),
    ],
)
def test_who_was_faster_keeps_the_name_and_the_address(
    client: Client,
    invitation: Invitation,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, str],
    reason: str,
) -> None:
    accept = invitations.accept
    Invitation.objects.update(mailed=True)

    def too_late(*args: Any) -> User:
        eve = User.objects.create_user(**fields)
        EmailAddress.objects.create(user=eve, email="grace@example.org", primary=True, verified=True)
        return accept(*args)

    monkeypatch.setattr(invitations, "accept", too_late)
    response = client.post(path_of(invitation), GRACE)
    assert response.status_code == 200 and reason in response.text
    assert User.objects.count() == 1
    invitation.refresh_from_db()
    assert invitations.is_open(invitation)


def test_where_sign_up_is_closed_nobody_is_let_in(
    client: Client, invitation: Invitation, settings: Any
) -> None:
    settings.AGENTEX_SIGNUP = "closed"
    assert client.post(path_of(invitation), GRACE).status_code == 410
    with pytest.raises(CommandError, match="closed"):
        call_command("invite", "grace@example.org")


def test_it_gives_the_groups_and_rights_that_it_names_and_no_others(client: Client) -> None:
    invitation = Invitation.objects.create(email="Grace@example.org", is_staff=True)
    group = Group.objects.create(name="writers")
    Group.objects.create(name="others")
    invitation.groups.add(group)
    client.post(path_of(invitation), {**GRACE, "is_superuser": "on", "email": "eve@example.org"})
    user = User.objects.get(username="grace")
    assert user.is_staff and not user.is_superuser
    assert [*user.groups.all()] == [group]
    assert user.email == "Grace@example.org"
    assert client.session["_auth_user_id"] == str(user.pk)
    invitation.refresh_from_db()
    assert invitation.accepted_by == user and invitation.state == "accepted"
    # The link was not mailed, so the address is not verified.
    assert not EmailAddress.objects.get(user=user).verified


def test_a_weak_password_makes_no_account(client: Client, invitation: Invitation) -> None:
    weak = client.post(path_of(invitation), {**GRACE, "password1": "12345678", "password2": "12345678"})
    assert weak.status_code == 200 and not User.objects.filter(username="grace").exists()


def test_a_mail_address_has_one_account(client: Client, invitation: Invitation) -> None:
    User.objects.create_user("first", email="grace@example.org")
    assert "Log in instead" in client.post(path_of(invitation), GRACE).text
    assert not User.objects.filter(username="grace").exists()


def test_the_command_prints_the_link_alone(client: Client) -> None:
    out = StringIO()
    call_command("invite", "grace@example.org", "--staff", stdout=out)
    path = out.getvalue().strip().removeprefix(invitations.public_origin())
    assert client.get(path).status_code == 200
    assert Invitation.objects.get().is_staff
    for wrong in (["no address"], ["a@example.org", "--group", "nobody"]):
        with pytest.raises(CommandError):
            call_command("invite", *wrong)


def test_the_link_comes_by_mail(client: Client, mailbox: Mailbox) -> None:
    call_command("invite", "grace@example.org", stdout=StringIO())
    assert mailbox.mails[-1]["To"] == "grace@example.org"
    client.post(mailbox.link("/accounts/invitation/"), GRACE)
    assert EmailAddress.objects.get(user__username="grace").verified


def test_a_mail_server_that_is_away_loses_no_invitation(mailbox: Mailbox, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    out = StringIO()
    call_command("invite", "grace@example.org", stdout=out)
    assert "/accounts/invitation/" in out.getvalue()
    assert not Invitation.objects.get().mailed


def test_nobody_without_the_right_invites(client: Client, db: None) -> None:
    User.objects.create_user("staff", is_staff=True)
    client.force_login(User.objects.get(username="staff"))
    for path in ("", "add/"):
        assert client.get(f"/admin/accounts/invitation/{path}").status_code == 403
    assert client.post("/admin/accounts/invitation/add/", {"email": "eve@example.org"}).status_code == 403


def test_who_may_invite_gives_no_rights(client: Client, db: None) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(staff)
    group = Group.objects.create(name="chiefs")
    data = {
        "email": "eve@example.org",
        "expires_at_0": "2099-01-01",
        "expires_at_1": "00:00",
        "is_staff": "on",
        "groups": group.pk,
    }
    assert client.post("/admin/accounts/invitation/add/", data).status_code == 302
    invitation = Invitation.objects.get()
    assert not invitation.is_staff and not invitation.groups.exists() and invitation.invited_by == staff


def test_a_link_that_gives_rights_is_shown_to_administrators_only(client: Client, db: None) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(staff)
    plain, to_staff, grouped = (
        Invitation.objects.create(email="eve@example.org", is_staff=number == 1) for number in range(3)
    )
    grouped.groups.add(Group.objects.create(name="chiefs"))
    for invitation, is_shown in ((plain, True), (to_staff, False), (grouped, False)):
        page = client.get(f"/admin/accounts/invitation/{invitation.pk}/change/")
        assert page.status_code == 200 and (path_of(invitation) in page.text) == is_shown
        act = {"action": "send_again", "_selected_action": str(invitation.pk)}
        sent = client.post("/admin/accounts/invitation/", act, follow=True)
        assert "No mail was sent" in sent.text and (path_of(invitation) in sent.text) == is_shown


def test_an_administrator_sees_sends_and_revokes(client: Client, chief: User, invitation: Invitation) -> None:
    client.force_login(chief)
    page = client.get(f"/admin/accounts/invitation/{invitation.pk}/change/").text
    assert path_of(invitation) in page
    act = {"_selected_action": str(invitation.pk)}
    again = client.post("/admin/accounts/invitation/", {"action": "send_again", **act}, follow=True)
    assert "No mail was sent" in again.text
    client.post("/admin/accounts/invitation/", {"action": "revoke", **act})
    invitation.refresh_from_db()
    assert invitation.state == "revoked"
    assert path_of(invitation) not in client.get(f"/admin/accounts/invitation/{invitation.pk}/change/").text
