"""A reader's position is kept when an editor opens at the end, and after a reload."""

from playwright.sync_api import Page, expect

from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, expect_turn, open_chat, own, said, turn, wait
from tests.support.chat_rows import Chat
from tests.support.chat_rows import said as answer
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import Stack

LONG = "\n\n".join(f"Paragraph {number} of an answer that is higher than any window." for number in range(60))
GAP = "(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight)(document.scrollingElement)"


def test_an_editor_opened_at_the_end_is_seen_and_what_is_sent_is_followed(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    chat = Chat(person)
    chat.turn("edit me at the end", answer("\n\n".join(["A line."] * 8)))
    stack.model.script(text(LONG), match="edited at the end")
    page = open_page(person, chat.task.get_absolute_url(), height=844)
    editor = page.get_by_role("textbox", name="Edit your message")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        # Choose a window height at which the end of the chat shows the message just below the bar.
        top = own(page).evaluate("each => each.getBoundingClientRect().top + scrollY")
        height = page.evaluate("document.querySelector('.chat').getBoundingClientRect().bottom + scrollY")
        page.set_viewport_size({"width": width, "height": round(height - top) + 70})
        page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
        wait(page, lambda: page.evaluate(GAP) < 8, "the end")
        turn(page).hover()
        button(page, "Edit and send again").click()
        expect(editor).to_be_focused()
        # Observers have run after two frames.
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        bar, seen = page.locator(".topbar").bounding_box(), editor.bounding_box()
        assert bar and seen and seen["y"] >= bar["y"] + bar["height"], width
        expect(button(page, "Jump to latest")).to_be_hidden()
        if width == 1280:
            editor.press("Escape")
            expect(editor).to_have_count(0)
    editor.fill("edited at the end")
    editor.press("Enter")
    expect(said(page)).to_contain_text("Paragraph 59")
    expect_turn(page, "done")
    wait(page, lambda: page.evaluate(GAP) < 8, "the end")


def test_a_reader_stays_at_the_end_or_where_they_scrolled_to_also_after_a_reload(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text(LONG), match="a long one to reload", hold_after=500)
    page = open_chat(open_page, person, "haiku", "a long one to reload")
    expect(said(page)).to_contain_text("Paragraph 30")
    wait(page, lambda: page.evaluate(GAP) < 8, "the end")
    page.mouse.move(700, 300)
    page.mouse.wheel(0, -900)
    wait(page, lambda: page.evaluate(GAP) > 800, "the scroll")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done(true)))")
    expect(button(page, "Jump to latest")).to_be_hidden()
    before = first_seen(page)
    page.reload()
    expect(said(page)).to_contain_text("Paragraph 30")
    assert first_seen(page) == before
    expect(button(page, "Jump to latest")).to_be_visible()
    top = page.evaluate("scrollY")
    stack.model.release()
    expect_turn(page, "done")
    assert first_seen(page) == before
    assert page.evaluate("scrollY") == top
    button(page, "Jump to latest").click()
    wait(page, lambda: page.evaluate(GAP) < 8, "the end")
    expect(button(page, "Jump to latest")).to_be_hidden()
    page.reload()
    wait(page, lambda: page.evaluate(GAP) < 8, "the end")
    # A new visit is not a reload, so it starts at the end.
    page.evaluate("scrollTo(0, 0)")
    wait(page, lambda: page.evaluate(GAP) > 800, "the scroll")
    address = page.url
    page.goto(person.url)
    expect(box(page)).to_be_visible()
    page.goto(address)
    wait(page, lambda: page.evaluate(GAP) < 8, "the end")


def first_seen(page: Page) -> str:
    """The text of the first paragraph that starts inside the window."""
    words: str = page.evaluate(
        "() => [...document.querySelectorAll('article p')].find((p) => p.getBoundingClientRect().top > 56).textContent"
    )
    return words
