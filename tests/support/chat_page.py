"""What a person sees and does on the chat page, found by accessible names."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from agentex_web.tasks.models import Task
from tests.support.browser import MILLISECONDS, OpenPage
from tests.support.people import Person
from tests.support.waiting import PATIENCE, pause

expect.set_options(timeout=MILLISECONDS)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def send(page: Page, words: str) -> None:
    box(page).fill(words)
    box(page).press("Enter")


def begin(page: Page, words: str) -> Task:
    """Sends the first message to the chosen agent and waits for the chat's page."""
    send(page, words)
    return opened(page)


def opened(page: Page) -> Task:
    page.wait_for_url("**/tasks/*/", timeout=MILLISECONDS)
    return Task.objects.get(pk=page.url.split("/")[-2])


def open_chat(open_page: OpenPage, person: Person, agent: str, words: str, **options: Any) -> Page:
    """Starts a chat with a message and opens its page, with these arguments for ``open_page``."""
    return open_page(person, person.begin(agent, words).get_absolute_url(), **options)


def messages(page: Page, kind: str = "text", author: str = "agent") -> Locator:
    return page.locator(f'article[data-kind="{kind}"][data-author="{author}"]')


def own(page: Page) -> Locator:
    return messages(page, author="user")


def said(page: Page) -> Locator:
    """The text of the last answer, without its author's name."""
    return messages(page).last.locator(".plain, .prose")


def turn(page: Page) -> Locator:
    """The section of the last turn."""
    return page.locator("[data-turn-id]").last


def expect_turn(page: Page, status: str) -> None:
    expect(turn(page)).to_have_attribute("data-status", status)


def wait(page: Page, condition: Callable[[], object], what: str) -> None:
    """Like ``until``, for conditions from Playwright, which delivers events only during its own calls."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        assert waited < PATIENCE, f"waited {PATIENCE} s for {what}"
        page.wait_for_timeout(1_000 * pause(waited))
