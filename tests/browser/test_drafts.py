"""Unsent text in the box is never lost when other text is put into the box."""

from playwright.sync_api import expect

from tests.browser.test_input import ERROR
from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, open_chat, opened, own, said, send, turn
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import Stack

STARTER = "Write about the sea at night"


def test_a_withdrawn_text_comes_back_below_what_is_being_written(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three"), match="busy with this", hold_after=1)
    page = open_chat(open_page, person, "haiku", "busy with this")
    expect(said(page)).to_have_text("one")
    send(page, "a queued thought")
    expect(turn(page).get_by_text("Queued", exact=True)).to_be_visible()
    box(page).fill("another thought\n")
    button(page, "Cancel").click()
    expect(box(page)).to_have_value("another thought\n\na queued thought")
    expect(page.locator("#announcer")).to_have_text(
        "Cancelled. The text is back in the box, below what you wrote."
    )
    page.reload()
    expect(box(page)).to_have_value("another thought\n\na queued thought")


def test_a_starter_leaves_the_draft_alone(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text("Dark water."), match=STARTER)
    page = open_page(person, "/?agent=haiku")
    box(page).fill("half a thought of mine")
    button(page, STARTER).click()
    opened(page)
    expect(own(page).locator(".plain")).to_have_text([STARTER])
    expect(said(page)).to_have_text("Dark water.")
    expect(box(page)).to_have_value("")
    page.goto(person.url + "/?agent=haiku")
    expect(box(page)).to_have_value("half a thought of mine")


def test_a_starter_that_could_not_be_sent_is_in_the_box_if_that_is_empty(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Dark water."), match=STARTER)
    page = open_page(person, "/?agent=haiku")
    page.route("**/tasks/", lambda route: route.abort())
    box(page).fill("mine")
    button(page, STARTER).click()
    expect(page.locator(ERROR)).to_be_visible()
    expect(box(page)).to_have_value("mine")
    box(page).fill("")
    button(page, STARTER).click()
    expect(box(page)).to_have_value(STARTER)
    page.unroute("**/tasks/")
    box(page).press("Enter")
    opened(page)
    expect(said(page)).to_have_text("Dark water.")
    expect(own(page)).to_have_count(1)
