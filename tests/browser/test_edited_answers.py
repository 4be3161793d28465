"""An answer's text is edited in place."""

from playwright.sync_api import expect

from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import button, expect_turn, own, said, send, turn
from tests.support.model_server import text
from tests.support.people import Person, new_person
from tests.support.shots import shoot
from tests.support.stack import Stack


def test_an_answer_is_changed_and_the_model_goes_on_from_it(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("The tide is *low*."), match="how is the tide")
    stack.model.script(text("As I said."), match="are you sure")
    with new_person(stack.url, is_staff=True) as chief:
        address = chief.begin("haiku", "how is the tide").get_absolute_url()
        page = open_page(chief, address)
        expect_turn(page, "done")
        turn(page).hover()
        button(page, "Edit the answer").click()
        box = page.get_by_role("textbox", name="Edit the answer")
        expect(box).to_be_focused()
        expect(box).to_have_value("The tide is *low*.")
        shoot(page, "edit-answer")
        assert_accessible(page, "edit-answer")
        box.press("Escape")
        expect(said(page)).to_have_text("The tide is low.")
        turn(page).hover()
        button(page, "Edit the answer").click()
        box.fill("The tide is **high**.")
        box.press("Control+Enter")
        expect(said(page)).to_have_text("The tide is high.")
        expect(page.get_by_text("Edited", exact=True)).to_be_visible()
        expect(page.locator(".version-number")).to_have_text("2 / 2")
        send(page, "are you sure")
        expect(said(page)).to_have_text("As I said.")
        expect(own(page)).to_have_count(2)
        asked = str(stack.model.requests("are you sure")[0])
        assert "**high**" in asked and "*low*" not in asked
    # People without the permission get no button.
    stack.model.script(text("High."), match="and for me")
    page = open_page(person, person.begin("haiku", "and for me").get_absolute_url())
    expect_turn(page, "done")
    turn(page).hover()
    expect(button(page, "Answer again")).to_be_visible()
    expect(button(page, "Edit the answer")).to_be_hidden()
