"""Unsent text in the box is never lost when other text is put into the box."""

from playwright.sync_api import expect

from tests.browser.test_input import ERROR
from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, opened, own, said
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import Stack

STARTER = "Write about the sea at night"


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
