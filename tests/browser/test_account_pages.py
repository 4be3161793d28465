"""The account pages in a browser: axe finds nothing, nothing is wider than the page, and the keyboard works."""

import uuid
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from agentex_web.accounts import invitations
from agentex_web.accounts.models import Invitation
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import button
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.shots import shoot
from tests.support.stack import Stack

PASSWORD = "lovelace-1843"


@pytest.fixture
def grace(stack: Stack) -> Iterator[User]:
    name = f"grace-{uuid.uuid4().hex[:6]}"
    yield User.objects.create_user(name, email=f"{name}@example.org", password=PASSWORD)


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Password").press("Enter")


def test_an_invited_person_makes_an_account(stack: Stack, open_page: OpenPage) -> None:
    invitation = Invitation.objects.create(email="grace@example.org")
    path = invitations.link_of(invitation).removeprefix(invitations.public_origin())
    page = open_page(None, stack.url + path)
    expect(page.get_by_text("You have been invited as grace@example.org.")).to_be_visible()
    assert_accessible(page, "an invitation")
    shoot(page, "invitation")
    page.get_by_label("Username").fill(f"grace-{uuid.uuid4().hex[:6]}")
    page.get_by_label("Password", exact=True).fill("12345678")
    page.get_by_label("Password confirmation").fill("12345678")
    button(page, "Create account").click()
    expect(page.get_by_text("too common")).to_be_visible()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    assert_accessible(page, "a refused password")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    button(page, "Create account").click()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()


def test_a_locked_login(stack: Stack, grace: User, open_page: OpenPage) -> None:
    page = open_page(None, f"{stack.url}/accounts/login/")
    assert_accessible(page, "login")
    token = page.locator("[name=csrfmiddlewaretoken]").input_value()
    wrong = {"csrfmiddlewaretoken": token, "username": grace.username, "password": "wrong"}
    for _ in range(4):
        assert page.request.post(page.url, form=wrong, headers={"Referer": page.url}).ok
    log_in(page, grace.username, "wrong")
    expect(page.get_by_text("correct username")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    log_in(page, grace.username, PASSWORD)
    expect(page.get_by_text("Too many failed logins for this account. Try again in")).to_be_visible()
    assert_accessible(page, "a locked login")
    shoot(page, "login-locked")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_text("Ask your administrator to set a new password for you.")).to_be_visible()


def test_ones_own_account(stack: Stack, grace: User, open_page: OpenPage) -> None:
    page = open_page(None, f"{stack.url}/accounts/login/")
    log_in(page, grace.email, PASSWORD)
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    page.get_by_role("button", name="Account: ").click()
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    assert_accessible(page, "the profile")
    shoot(page, "profile")
    page.get_by_label("First name").fill("Grace")
    button(page, "Save").click()
    expect(page.get_by_text("Your profile was saved.")).to_be_visible()
    for link, name in (("Sessions", "sessions"), ("Password", "password"), ("Email", "email")):
        page.get_by_role("navigation", name="Account").get_by_role("link", name=link).click()
        expect(page.get_by_role("link", name=link, exact=True)).to_have_attribute("aria-current", "page")
        assert_accessible(page, name)
        shoot(page, name)
    page.goto(f"{stack.url}/accounts/delete/")
    assert_accessible(page, "the end of an account")
    shoot(page, "delete-account")
    page.get_by_label("Password").fill(PASSWORD)
    button(page, "Delete everything").click()
    expect(page.get_by_text("Your account and your chats were deleted.")).to_be_visible()
    assert not User.objects.filter(pk=grace.pk).exists()


def test_a_chat_that_staff_read(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text("The sea at night."), match="write for me alone", times=2)
    task = person.begin("haiku", "write for me alone")
    ended(last_turn(task))
    with new_person(stack.url, is_staff=True, is_superuser=True) as chief:
        page = open_page(chief, f"/admin/tasks/task/{task.pk}/change/")
        page.get_by_role("link", name="Open chat").click()
        expect(page.get_by_text(f"This chat belongs to {person.user.username}.")).to_be_visible()
        expect(page.get_by_text("The sea at night.")).to_be_visible()
        expect(page.get_by_role("textbox", name="Message")).to_be_hidden()
        for name in ("Answer again", "Good answer", "Edit and send again"):
            expect(page.get_by_role("button", name=name)).to_be_hidden()
        assert_accessible(page, "somebody else's chat")
        shoot(page, "reading-as-staff")
        # The page follows the chat live.
        person.send(task, "write for me alone")
        expect(page.get_by_role("article").filter(has_text="The sea at night.")).to_have_count(2)
