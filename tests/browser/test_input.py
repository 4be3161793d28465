"""Keys, bad input and failures in a real browser: typed text is never lost."""

from playwright.sync_api import expect

from agentex_web.tasks.models import Task
from tests.support.browser import OpenPage
from tests.support.chat_page import (
    begin,
    box,
    button,
    expect_turn,
    open_chat,
    opened,
    own,
    said,
    send,
    turn,
)
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack
from tests.support.waiting import until

ERROR = "[data-form-error]"


def test_a_message_that_is_too_long_is_refused_and_stays_in_the_box(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Short enough."), match="x")
    page = open_page(person, "/?agent=haiku")
    box(page).fill("x" * 100_001)
    expect(page.get_by_text("1 too many")).to_be_visible()
    box(page).press("Enter")
    expect(page.locator(ERROR)).to_contain_text("100,001 characters; the limit is 100,000")
    assert len(box(page).input_value()) == 100_001
    expect(own(page)).to_have_count(0)
    assert not Task.objects.filter(owner=person.user).exists()
    # Follow the error's advice: shorten the message.
    box(page).press("Backspace")
    box(page).press("Enter")
    opened(page)
    expect(said(page)).to_have_text("Short enough.")


def test_a_message_whose_answer_was_lost_is_not_sent_twice(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Hello."), match="before the loss")
    stack.model.script(text("Once."), match="lost receipt", times=None)
    stack.model.script(text("Welcome back."), match="after the loss")
    page = open_chat(open_page, person, "haiku", "before the loss")
    expect_turn(page, "done")

    def lose(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/messages/", lose, times=1)
    send(page, "lost receipt")
    # The page learns from the socket that the message has arrived.
    expect(said(page)).to_have_text("Once.")
    expect(button(page, "Send again")).to_have_count(0)
    # A second delivery would have ended before the next message is answered.
    send(page, "after the loss")
    expect(said(page)).to_have_text("Welcome back.")
    expect(own(page).locator(".plain")).to_have_text(["before the loss", "lost receipt", "after the loss"])
    assert len(stack.model.requests("lost receipt")) == 1


def test_only_enter_alone_sends_and_what_was_typed_survives_a_reload(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("やあ。"), match="こんにちは")
    page = open_page(person, "/?agent=haiku")
    box(page).press_sequentially("one line")
    box(page).press("Shift+Enter")
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "こんに", "selectionStart": 3, "selectionEnd": 3})
    expect(box(page)).to_have_value("one line\nこんに")
    # First as Chromium reports the key during a composition, then as Safari does, which ends the composition first.
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", enter)
    keys.send("Input.insertText", {"text": "こんにちは"})
    keys.send("Input.dispatchKeyEvent", enter)
    expect(box(page)).to_have_value("one line\nこんにちは")
    expect(own(page)).to_have_count(0)
    page.reload()
    expect(box(page)).to_have_value("one line\nこんにちは")
    box(page).press("Enter")
    opened(page)
    assert own(page).locator(".plain").inner_text() == "one line\nこんにちは"
    expect(said(page)).to_have_text("やあ。")
    assert stack.model.requests("こんにちは")[0]["last_user_text"] == "one line\nこんにちは"
    expect(box(page)).to_have_value("")
    page.goto(person.url + "/?agent=haiku")
    expect(box(page)).to_have_value("")


def test_on_a_touch_screen_enter_begins_a_new_line_and_buttons_send_and_stop(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three"), match="by thumb", hold_after=1)
    page = open_page(person, "/?agent=haiku", width=390, height=844, has_touch=True, is_mobile=True)
    # Focusing the box would open a keyboard over half of the page.
    expect(box(page)).not_to_be_focused()
    expect(box(page)).to_have_attribute("enterkeyhint", "enter")
    box(page).tap()
    page.keyboard.type("by thumb")
    page.keyboard.press("Enter")
    page.keyboard.type("and again")
    expect(box(page)).to_have_value("by thumb\nand again")
    expect(own(page)).to_have_count(0)
    button(page, "Send").tap()
    opened(page)
    expect(said(page)).to_have_text("one")
    # On a new page, nothing is focused.
    page.reload()
    expect(said(page)).to_have_text("one")
    button(page, "Stop").tap()
    expect_turn(page, "interrupted")
    expect(box(page)).not_to_be_focused()


def test_without_temporal_a_message_is_kept_and_delivered_later(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("It rises on Saturday."), match="Remind me of the harvest moon")
    person.user.first_name = "Ada"
    person.user.save(update_fields=["first_name"])
    page = open_page(person, "/?agent=haiku")
    stack.kill("services")
    until(lambda: not stack.is_healthy())
    page.reload()
    expect(page.locator('[data-service="temporal"]')).to_contain_text(
        "messages are saved and will be delivered"
    )
    expect(page.locator('[data-service="redis"]')).to_contain_text("Live updates are off")
    begin(page, "Remind me of the harvest moon")
    expect(own(page)).to_have_attribute("data-status", "pending")
    expect(turn(page)).to_contain_text("Saved. Waiting")
    shoot(page, "banner")
    stack.start_services()
    expect_turn(page, "done")
    expect(said(page)).to_have_text("It rises on Saturday.")
    expect(page.locator("[data-service]")).to_have_count(0)
