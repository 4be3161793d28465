"""Everything is usable by keyboard, enlarged, right-to-left, by touch, and with reduced motion."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from agentex_web.tasks.models import Feedback
from tests.support.browser import OpenPage
from tests.support.chat_page import (
    begin,
    box,
    button,
    expect_turn,
    messages,
    own,
    said,
    turn,
    wait,
)
from tests.support.chat_rows import Chat, called, returned
from tests.support.chat_rows import said as answer
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.shots import assert_within_the_page
from tests.support.stack import Stack

# The focused element: its name, its place, and whether it and its focus ring are visible.
FOCUS = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const place = element.closest("#sidebar, .topbar, #conversation, .dock");
  // Without the initial, which is a picture.
  const words = [...element.childNodes].filter((each) => !each.ariaHidden).map((each) => each.textContent).join("");
  const ring = style.outlineStyle !== "none" || Boolean(element.closest(".composer:focus-within"));
  const { width, height } = element.getBoundingClientRect();
  return {
    name: (element.ariaLabel ?? element.labels?.[0]?.textContent ?? words).trim(),
    place: place ? place.id || place.className : element.className,
    seen: ring && style.opacity === "1" && element.checkVisibility({ visibilityProperty: true }) && width * height > 0,
  };
}"""
# Name, width and height of each visible control. Links in sentences are left out, as they are as high as their line.
TARGETS = """() => [...document.querySelectorAll("button, a[href], summary, input:not([type=hidden]), textarea")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.matches(".prose a, .skip-link"))
  .map((each) => {
    const { width, height } = each.getBoundingClientRect();
    return [(each.ariaLabel ?? each.textContent).trim() || each.outerHTML.slice(0, 90), Math.round(width), Math.round(height)];
  })
  .filter(([, width]) => width > 0)"""
MOVING = """() => document.getAnimations().filter((each) => each.playState === "running").length"""
COPIED = "async text => (await navigator.clipboard.readText()) === text"


def tabbed(page: Page, key: str) -> Iterator[dict[str, str]]:
    """Presses the key repeatedly, and yields each focused element."""
    for _ in range(80):
        page.keyboard.press(key)
        yield page.evaluate(FOCUS)


def tab_to(page: Page, name: str, key: str = "Shift+Tab") -> None:
    """Presses the key until the name of the focused element starts with ``name``."""
    reached = []
    for focus in tabbed(page, key):
        reached.append(focus["name"])
        if focus["name"].startswith(name):
            return
    raise AssertionError(f"{name} was not reached, only {reached}")


def press(page: Page, name: str) -> None:
    """Presses Enter on a control of the last turn. That Tab reaches each of them has a test of its own."""
    turn(page).get_by_role("button", name=name).or_(
        turn(page).locator("summary", has_text=name)
    ).first.focus()
    page.keyboard.press("Enter")


@pytest.fixture
def finished(person: Person) -> Chat:
    """A chat with two versions of a turn, one with a tool card."""
    chat = Chat(person, "weather", "Weather for sailors")
    chat.turn("Wind in Oslo?", answer("Some wind.", agent_name="Weather Reporter"))
    chat.task.head = None
    chat.turn(
        "Wind in Oslo?",
        called("get_weather", '{"city": "Oslo"}', "call_oslo"),
        returned("get_weather", "Oslo: windy", "call_oslo"),
        answer("Much *wind*.", agent_name="Weather Reporter"),
    )
    return chat


def test_tab_goes_through_the_page_in_its_order_and_the_focus_is_seen(
    stack: Stack, person: Person, finished: Chat, open_page: OpenPage
) -> None:
    page = open_page(person, finished.task.get_absolute_url())
    expect(box(page)).to_be_focused()
    back = []
    for focus in tabbed(page, "Shift+Tab"):
        assert focus["seen"], focus
        back.append(focus)
        if focus["place"] == "skip-link":
            break
    places = list(dict.fromkeys(focus["place"] for focus in reversed(back)))
    assert places == ["skip-link", "sidebar", "topbar", "conversation"]
    names = [focus["name"] for focus in back]
    for name in (
        "New chat",
        "Account",
        "Tool: get_weather",
        "Copy this message",
        "Edit and send again",
        "Copy the answer as markdown",
        "Bad answer",
        "Details of the answer",
        "Answer again",
        "Previous version",
    ):
        assert any(each.startswith(name) for each in names), (name, names)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert next(tabbed(page, "Tab"))["place"] == "conversation"


def test_everything_in_a_chat_is_done_by_keyboard(
    stack: Stack, person: Person, finished: Chat, open_page: OpenPage
) -> None:
    stack.model.script(text("A third answer."), match="Wind in Oslo?")
    stack.model.script(text("Calm."), match="Wind in Bergen?")
    page = open_page(person, finished.task.get_absolute_url())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(page, "Tool: get_weather")
    expect(messages(page, "tool_request").locator(".tree").first).to_be_visible()
    press(page, "Copy the answer as markdown")
    page.wait_for_function(COPIED, arg="Much *wind*.")
    press(page, "Copy this message")
    page.wait_for_function(COPIED, arg="Wind in Oslo?")
    press(page, "Bad answer")
    expect(page.get_by_role("textbox", name="What was wrong with it?")).to_be_focused()
    page.keyboard.type("Which wind?")
    tab_to(page, "Send comment", "Tab")
    page.keyboard.press("Enter")
    expect(turn(page).get_by_role("button", name="Bad answer")).to_be_focused()
    assert Feedback.objects.get(message__turn__task=finished.task).comment == "Which wind?"
    press(page, "Previous version")
    expect(said(page)).to_have_text("Some wind.")
    # At the first version the button is disabled and keeps the focus.
    expect(turn(page).get_by_role("button", name="Previous version")).to_be_focused()
    expect(turn(page).get_by_role("button", name="Previous version")).to_be_disabled()
    tab_to(page, "Next version", "Tab")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("Much wind.")
    press(page, "Answer again")
    expect(said(page)).to_have_text("A third answer.")
    expect_turn(page, "done")
    press(page, "Edit and send again")
    expect(page.locator("form.editor textarea")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Wind in Bergen?")
    tab_to(page, "Send again", "Tab")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("Calm.")
    expect(turn(page).get_by_text("4 / 4")).to_be_visible()
    expect(box(page)).to_be_focused()


def test_the_menus_are_opened_and_left_by_keyboard(
    stack: Stack, person: Person, finished: Chat, open_page: OpenPage
) -> None:
    page = open_page(person, finished.task.get_absolute_url(), width=390)
    tab_to(page, "Chats")
    page.keyboard.press("Enter")
    chats = page.get_by_role("navigation", name="Chats")
    expect(chats).to_be_visible()
    tab_to(page, "Account", "Tab")
    page.keyboard.press("Enter")
    tab_to(page, "Dark", "Tab")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    for left in (button(page, "Log out"), chats):
        page.keyboard.press("Escape")
        expect(left).to_be_hidden()
    expect(button(page, "Chats")).to_be_focused()


def test_nothing_moves_for_those_who_want_no_motion(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three four"), match="hold still", hold_after=2, first_token_after=0)
    task = person.begin("haiku", "hold still")
    page = open_page(person, task.get_absolute_url(), motion=True)
    expect(said(page)).to_have_text("one two")
    assert page.evaluate(MOVING)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    expect(said(page)).to_have_text("one two")
    wait(page, lambda: not page.evaluate(MOVING), "the last motion")
    stack.model.release()
    expect_turn(page, "done")


# A window of 1280 by 860 at 200 %, and one of 1280 by 1024 at 400 %, which is as wide as a small phone.
ENLARGED: tuple[ViewportSize, ...] = ({"width": 640, "height": 430}, {"width": 320, "height": 256})


def test_enlarged_nothing_is_lost_or_scrolls_sideways(
    stack: Stack, person: Person, finished: Chat, open_page: OpenPage
) -> None:
    finished.turn(
        "A table, please", answer("| " + "wide | " * 20 + "\n" + "|---" * 20 + "|\n\n`" + "x" * 300 + "`")
    )
    page = open_page(person, "/?agent=weather")
    for size in ENLARGED:
        page.set_viewport_size(size)
        assert_within_the_page(page, "a new chat")
        expect(button(page, "What is the weather in Lisbon?")).to_be_visible()
    page.goto(person.url + finished.task.get_absolute_url())
    for size in ENLARGED:
        page.set_viewport_size(size)
        assert_the_chat_is_usable(page, size["height"])


def assert_the_chat_is_usable(page: Page, height: int) -> None:
    assert_within_the_page(page, "a chat")
    page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    for shown in (
        box(page),
        button(page, "Send"),
        button(page, "Chats"),
        page.get_by_role("heading", level=1),
    ):
        expect(shown).to_be_in_viewport(ratio=1)
    # There is room to read between the bar and the box.
    dock, bar = page.locator(".dock").bounding_box(), page.locator(".topbar").bounding_box()
    assert dock and bar and dock["y"] - bar["y"] - bar["height"] > 0.25 * height
    for name in ("Good answer", "Copy this message", "Edit and send again"):
        found = turn(page).get_by_role("button", name=name)
        found.focus()
        expect(found).to_be_in_viewport(ratio=1)
    button(page, "Chats").click()
    link = page.get_by_role("link", name="Weather for sailors")
    link.scroll_into_view_if_needed()
    expect(link).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Account").click()
    expect(button(page, "Log out")).to_be_in_viewport(ratio=1)
    for left in (button(page, "Log out"), link):
        page.keyboard.press("Escape")
        expect(left).to_be_hidden()


def test_arabic_is_laid_out_from_right_to_left_and_code_in_it_is_not(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    words = "مرحبا بك\n\n- أولا\n\n```python\nx = 1\n```\n\nPlain English again.\n"
    stack.model.script(text(words), match="السلام عليكم")
    page = open_page(person, "/?agent=haiku")
    box(page).fill("السلام عليكم")
    expect(box(page)).to_have_css("direction", "rtl")
    begin(page, "السلام عليكم")
    expect_turn(page, "done")
    expect(own(page).locator(".plain")).to_have_css("direction", "rtl")
    arabic, english = said(page).locator("p").first, said(page).locator("p").last
    left, right = gaps(arabic)
    assert right < 4 < left
    left, right = gaps(said(page).locator("li"))
    assert right < 4 < left
    left, right = gaps(english)
    assert left < 4 < right
    expect(said(page).locator("pre")).to_have_css("direction", "ltr")
    title = page.get_by_role("navigation", name="Chats").locator(".task-title")
    expect(title).to_have_css("direction", "rtl")


def gaps(block: object) -> tuple[float, float]:
    """Pixels between a block's text and the block's left and right edges."""
    left, right = block.evaluate(  # type: ignore[attr-defined]
        """block => {
          const range = document.createRange();
          range.selectNodeContents(block);
          const [text, around] = [range.getBoundingClientRect(), block.getBoundingClientRect()];
          return [text.left - around.left, around.right - text.right];
        }"""
    )
    return left, right


def test_on_a_phone_everything_is_large_enough_for_a_thumb(
    stack: Stack, person: Person, finished: Chat, open_page: OpenPage
) -> None:
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    page = open_page(person, finished.task.get_absolute_url(), **phone)
    messages(page, "tool_request").locator("summary").first.click()
    turn(page).get_by_role("button", name="Good answer").click()
    expect(button(page, "Send comment")).to_be_visible()
    found = page.evaluate(TARGETS)
    page.get_by_role("button", name="Edit and send again").click()
    expect(button(page, "Send again")).to_be_visible()
    found += page.evaluate(TARGETS)
    button(page, "Chats").click()
    page.get_by_role("button", name="Account").click()
    expect(button(page, "Log out")).to_be_visible()
    found += page.evaluate(TARGETS)
    page.goto(person.url + "/?agent=weather")
    found += page.evaluate(TARGETS)
    small = [each for each in found if min(each[1:]) < 24]
    assert not small, small
    primary = ("Send", "Send comment", "Send again", "Chats", "New chat", "Log out", "Attach files")
    assert {each[0] for each in found} >= set(primary)
    small = [each for each in found if each[0] in primary and min(each[1:]) < 44]
    assert not small, small
