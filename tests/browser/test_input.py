"""Bad input and failures in a real browser: typed text is never lost, and no text becomes code."""

import re

from playwright.sync_api import Page, expect

from agentex_web.tasks.models import Task
from tests.support.browser import OpenPage
from tests.support.chat_page import (
    begin,
    box,
    button,
    expect_turn,
    messages,
    open_chat,
    opened,
    own,
    said,
    send,
    turn,
)
from tests.support.model_server import reasoning, text
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack
from tests.support.waiting import until

ERROR = "[data-form-error]"

HOSTILE = """
<img src=x onerror="window.pwned = 1"><script>window.pwned = 2</script>
<div hx-get="/banner/" hx-trigger="load" data-form-error>html</div>
<a href="javascript:window.pwned = 3">raw link</a> [a link](javascript:window.pwned=4)
![an image](x" onerror="window.pwned=5) <svg onload="window.pwned = 6"></svg>
<details open ontoggle="window.pwned = 7"></details> `<script>` </textarea></template></article>

```html" onmouseover="window.pwned=8
<script>window.pwned = 9</script>
```
"""


def test_an_empty_message_is_not_sent(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text("Hello."), match="the first of empty")
    page = open_chat(open_page, person, "haiku", "the first of empty")
    expect_turn(page, "done")
    posts: list[str] = []
    page.on(
        "request", lambda request: posts.append(request.url) if request.url.endswith("/messages/") else None
    )
    for words in ("", "   ", " \n "):
        send(page, words)
        button(page, "Send").click()
    # Messages are sent in order, so an empty one would have arrived before this.
    stack.model.script(text("Words at last."), match="not empty")
    send(page, "not empty")
    expect(said(page)).to_have_text("Words at last.")
    expect(own(page)).to_have_count(2)
    assert len(posts) == 1, posts


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


def test_a_server_that_cannot_be_reached_costs_no_words(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("I hear you."), match="is anybody there")
    page = open_page(person, "/?agent=haiku")
    page.route("**/tasks/", lambda route: route.abort())
    send(page, "is anybody there")
    expect(page.locator(ERROR)).to_contain_text("The server cannot be reached")
    expect(box(page)).to_have_value("is anybody there")
    expect(own(page)).to_have_count(0)
    page.unroute("**/tasks/")
    box(page).press("Enter")
    opened(page)
    expect(said(page)).to_have_text("I hear you.")
    expect(own(page)).to_have_count(1)


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


def test_shift_enter_begins_a_new_line(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text("Two lines."), match="one line")
    page = open_page(person, "/?agent=haiku")
    box(page).press_sequentially("one line")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("another")
    expect(box(page)).to_have_value("one line\nanother")
    box(page).press("Enter")
    opened(page)
    assert own(page).locator(".plain").inner_text() == "one line\nanother"
    expect(said(page)).to_have_text("Two lines.")
    assert stack.model.requests("one line")[0]["last_user_text"] == "one line\nanother"


def test_enter_that_ends_a_composition_does_not_send(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("やあ。"), match="こんにちは")
    page = open_page(person, "/?agent=haiku")
    box(page).focus()
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "こんに", "selectionStart": 3, "selectionEnd": 3})
    expect(box(page)).to_have_value("こんに")
    # First as Chromium reports the key during a composition, then as Safari does, which ends the composition first.
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", enter)
    keys.send("Input.insertText", {"text": "こんにちは"})
    keys.send("Input.dispatchKeyEvent", enter)
    expect(box(page)).to_have_value("こんにちは")
    expect(own(page)).to_have_count(0)
    page.keyboard.press("Enter")
    opened(page)
    expect(own(page).locator(".plain")).to_have_text("こんにちは")
    expect(said(page)).to_have_text("やあ。")


def test_on_a_touch_screen_enter_begins_a_new_line_and_the_button_sends(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Two lines."), match="by thumb")
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
    expect(said(page)).to_have_text("Two lines.")


def test_escape_stops_unless_something_else_is_open(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three"), match="escape from this", hold_after=2)
    page = open_chat(open_page, person, "haiku", "escape from this")
    expect(said(page)).to_have_text("one two")
    page.get_by_role("button", name="Account").click()
    page.keyboard.press("Escape")
    expect(button(page, "Log out")).to_be_hidden()
    expect_turn(page, "running")
    page.keyboard.press("Escape")
    expect_turn(page, "interrupted")


def test_what_was_typed_survives_a_reload_and_is_gone_when_sent(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Sent."), match="half a thought")
    page = open_page(person, "/?agent=haiku")
    box(page).press_sequentially("half a thought")
    page.reload()
    expect(box(page)).to_have_value("half a thought")
    box(page).press("Enter")
    opened(page)
    expect(said(page)).to_have_text("Sent.")
    expect(box(page)).to_have_value("")
    page.goto(person.url + "/?agent=haiku")
    expect(box(page)).to_have_value("")


def test_two_quick_messages_are_answered_in_order(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text("First answer."), match="first of two", hold_after=1)
    stack.model.script(text("Second answer."), match="second of two")
    page = open_chat(open_page, person, "haiku", "first of two")
    expect(said(page)).to_have_text("First")
    send(page, "second of two")
    expect(turn(page)).to_contain_text("Queued")
    expect(messages(page)).to_have_count(1)
    stack.model.release()
    expect(messages(page).locator(".prose")).to_have_text(["First answer.", "Second answer."])
    order = page.locator("article[data-kind=text] :is(.plain, .prose)")
    expect(order).to_have_text(["first of two", "First answer.", "second of two", "Second answer."])
    asked = stack.model.requests("second of two")[-1]["body"]["input"]
    assert "First answer." in str(asked)


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


def test_words_that_look_like_markup_stay_words(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(reasoning(HOSTILE), text(HOSTILE), match="pwned", hold_after=200)
    page = open_page(person, "/?agent=haiku")
    fragments: list[str] = []
    page.on("request", lambda request: fragments.append(request.url) if "/banner/" in request.url else None)
    begin(page, HOSTILE)
    expect(messages(page)).to_contain_text("onerror")
    expect_inert(page)
    stack.model.release()
    expect_turn(page, "done")
    expect_inert(page)
    page.reload()
    messages(page, "reasoning").locator("summary").click()
    expect(messages(page)).to_contain_text("<script>window.pwned = 2</script>")
    expect_inert(page)
    assert page.title().endswith("Agentex")
    # Only the banner makes requests by itself, every ten seconds.
    assert len(fragments) <= 2


def expect_inert(page: Page) -> None:
    words = page.locator("#conversation, #sidebar-tasks, .topbar")
    assert own(page).locator(".plain").text_content() == HOSTILE
    expect(
        words.locator("script, iframe, svg[onload], [data-form-error], [onerror], [onmouseover]")
    ).to_have_count(0)
    expect(words.locator("article [hx-get], article img:not([src^=http])")).to_have_count(0)
    assert not re.search("javascript:", " ".join(links(page)))
    for link in words.locator("article a").all():
        link.dispatch_event("click")
    assert page.evaluate("window.pwned") is None


def links(page: Page) -> list[str]:
    addresses: list[str] = page.eval_on_selector_all("#conversation a", "all => all.map((each) => each.href)")
    return addresses
