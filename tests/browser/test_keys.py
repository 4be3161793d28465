"""The keyboard: list of shortcuts, command palette, next chat, new chat."""

import pytest
from playwright.sync_api import Page, expect

from agentex_web.search import index
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import box
from tests.support.chat_rows import Chat, said
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack


@pytest.fixture
def page(stack: Stack, person: Person, open_page: OpenPage) -> Page:
    """A page that shows the second of three chats."""
    chats = []
    for title in ("The oldest", "The middle", "The newest"):
        chats.append(Chat(person, title=title))
        chats[-1].turn(f"about {title}", said("Yes."))
        index.put_title(chats[-1].task.pk, title)
    # Without animations, for axe and screenshots in both themes.
    return open_page(person, chats[1].task.get_absolute_url())


def test_the_sheet_of_shortcuts(page: Page) -> None:
    # In the Message box, "?" is a character.
    box(page).press("?")
    expect(box(page)).to_have_value("?")
    box(page).fill("")
    page.locator("#chat-title").click()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Next chat")).to_be_visible()
    assert_accessible(page, "shortcuts")
    shoot(page, "shortcuts")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Account:").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(sheet).to_be_visible()
    # Other shortcuts do nothing while a dialog is open.
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(1)
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_be_hidden()


def test_keys_and_the_palette_lead_to_chats_messages_and_commands(page: Page) -> None:
    page.evaluate("window.stayed = true")
    box(page).press("Alt+ArrowDown")
    expect(page).to_have_title("The oldest · Agentex")
    # After the last chat the key does nothing.
    box(page).press("Alt+ArrowDown")
    for title in ("The middle", "The newest"):
        box(page).press("Alt+ArrowUp")
        expect(page).to_have_title(f"{title} · Agentex")
        expect(page.locator('.task-link[aria-current="page"] .task-title')).to_have_text(title)
        expect(box(page)).to_be_focused()
    page.keyboard.press("Control+Shift+S")
    expect(page.locator("#sidebar")).to_be_hidden()
    page.keyboard.press("Control+Shift+S")
    expect(page.locator("#sidebar")).to_be_visible()
    page.keyboard.press("Control+Shift+O")
    expect(page.locator("#welcome")).to_be_visible()
    assert page.evaluate("window.stayed")
    box(page).press("Control+k")
    search = page.get_by_role("searchbox", name="Search", exact=True)
    expect(search).to_be_focused()
    expect(page.get_by_role("option", name="New chat")).to_have_attribute("aria-selected", "true")
    assert_accessible(page, "palette")
    shoot(page, "palette")
    search.fill("oldest")
    found = page.get_by_role("option", name="The oldest").first
    expect(found).to_have_attribute("aria-selected", "true")
    search.press("Enter")
    expect(page).to_have_title("The oldest · Agentex")
    box(page).press("Control+k")
    search.fill("dark")
    expect(page.get_by_role("option", name="Dark theme")).to_have_attribute("aria-selected", "true")
    search.press("Enter")
    expect(search).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    # The palette also works on pages that show no chat.
    page.get_by_role("link", name="Schedules").click()
    page.wait_for_url("**/schedules/")
    page.keyboard.press("Control+k")
    search.fill("newest")
    expect(page.get_by_role("option", name="The newest").first).to_be_visible()
    search.press("Escape")
    expect(search).to_be_hidden()
