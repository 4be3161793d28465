"""Stopping in a browser: messages that the agent never saw are marked, and the focus is never lost."""

from playwright.sync_api import Page, expect

from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, expect_turn, messages, open_chat, own, said, send, turn
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import Stack

UNSEEN = "Stopped before the agent started."


def test_what_was_queued_says_that_nobody_saw_it_and_is_sent_again(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three"), match="stop at work", hold_after=1)
    stack.model.script(text("Now I see it."), match="still in the queue")
    page = open_chat(open_page, person, "haiku", "stop at work")
    expect(said(page)).to_have_text("one")
    send(page, "still in the queue")
    expect(turn(page)).to_contain_text("Queued")
    expect(messages(page)).to_have_count(1)
    # Escape closes what is open, and stops only then.
    page.get_by_role("button", name="Account").click()
    page.keyboard.press("Escape")
    expect(button(page, "Log out")).to_be_hidden()
    expect(page.locator("[data-turn-id]").first).to_have_attribute("data-status", "running")
    page.keyboard.press("Escape")
    expect_turn(page, "interrupted")
    for _ in range(2):
        begun, waited = page.locator("[data-turn-id]").all()
        expect(begun).to_have_attribute("data-status", "interrupted")
        expect(begun.get_by_text(UNSEEN)).to_have_count(0)
        expect(waited.get_by_text(UNSEEN)).to_be_visible()
        # There is no answer to rate or copy.
        expect(waited.get_by_role("button", name="Good answer")).to_have_count(0)
        expect(begun.get_by_role("button", name="Send again", exact=True)).to_have_count(0)
        page.reload()
    button(page, "Send again").click()
    expect(said(page)).to_have_text("Now I see it.")
    expect(own(page).locator(".plain")).to_have_text(["stop at work", "still in the queue"])
    expect(box(page)).to_be_focused()


def test_the_focus_goes_to_the_box_when_its_button_goes(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three"), match="stop by hand", hold_after=1)
    page = open_chat(open_page, person, "haiku", "stop by hand")
    expect(said(page)).to_have_text("one")
    press(page, "Stop")
    expect_turn(page, "interrupted")
    expect(box(page)).to_be_focused()
    stack.model.script(text("Once more."), match="stop by hand")
    press(page, "Answer again")
    expect(said(page)).to_have_text("Once more.")
    expect(box(page)).to_be_focused()


def press(page: Page, name: str) -> None:
    button(page, name).focus()
    page.keyboard.press("Enter")
