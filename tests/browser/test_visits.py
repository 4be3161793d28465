"""Switching between chats and starting one, without a page load."""

from playwright.sync_api import Page, expect

from agentex_web.search import index
from agentex_web.tasks.models import Task
from tests.support.browser import OpenPage
from tests.support.chat_page import begin, box, button, expect_turn, own, said, send, wait
from tests.support.chat_rows import Chat
from tests.support.chat_rows import said as answered
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import Stack

COUNT = """
window.live = { sockets: new Set(), listeners: 0 };
window.WebSocket = class extends WebSocket {
  constructor(...values) {
    super(...values);
    live.sockets.add(this);
    this.addEventListener("close", () => live.sockets.delete(this));
  }
};
const { addEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (name, handle, options) {
  // Those of the page's own scripts: Playwright adds some too.
  if ((this === window || this === document) && new Error().stack.includes("/static/")) {
    live.listeners += 1;
    options?.signal?.addEventListener("abort", () => (live.listeners -= 1));
  }
  return addEventListener.call(this, name, handle, options);
};
"""
"""Counts the page's open sockets and event listeners."""
SOCKETS = "[...live.sockets].filter((each) => each.url.includes('/ws/tasks/')).length"


def stay(page: Page) -> None:
    """Marks the page; ``stayed`` returns False if it was loaded again since."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def go(page: Page, task: Task) -> None:
    page.locator(f"#task-link-{task.pk}").click()
    page.wait_for_url(f"**{task.get_absolute_url()}")


def test_a_new_chat_is_shown_before_its_answer_and_streams_on_while_another_is_shown(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    other = Chat(person, title="The other one")
    other.turn("quiet", answered("Still."))
    stack.model.script(text("one two three"), match="the first words", hold_after=1)
    page = open_page(person, "/?agent=haiku")
    stay(page)
    task = begin(page, "the first words")
    expect(said(page)).to_have_text("one")
    expect(page).to_have_title("the first words · Agentex")
    expect(page.get_by_role("heading", name="the first words", exact=True)).to_be_visible()
    expect(page.locator(f"#task-link-{task.pk}")).to_have_attribute("aria-current", "page")
    expect(button(page, "Stop")).to_be_visible()
    page.get_by_role("link", name="The other one").click()
    expect(said(page)).to_have_text("Still.")
    # Not visible if the row has moved under the pointer, so check that it is attached.
    expect(page.locator(f"#task-link-{task.pk} .task-running")).to_be_attached()
    stack.model.release()
    expect(page.locator(f"#task-link-{task.pk} .task-running")).to_have_count(0)
    go(page, task)
    expect(said(page)).to_have_text("one two three")
    expect_turn(page, "done")
    stack.model.script(text("And again."), match="more words")
    send(page, "more words")
    expect(said(page)).to_have_text("And again.")
    expect(own(page)).to_have_count(2)
    assert stayed(page)
    page.go_back()
    expect(said(page)).to_have_text("Still.")
    page.go_back()
    expect(said(page)).to_have_text("And again.")
    page.go_back()
    expect(page.locator("#welcome")).to_be_visible()
    page.go_forward()
    expect(said(page)).to_have_text("And again.")
    assert stayed(page)
    page.reload()
    expect(own(page)).to_have_count(2)


def test_a_first_message_that_is_refused_comes_back_to_the_start_page(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    page = open_page(person, "/?agent=haiku")
    page.route("**/tasks/", lambda route: route.abort())
    send(page, "into the dark")
    expect(page.locator("#form-error")).to_contain_text("The server cannot be reached.")
    expect(box(page)).to_have_value("into the dark")
    expect(page.locator("#welcome")).to_be_visible()
    expect(own(page)).to_have_count(0)
    assert page.url.endswith("/?agent=haiku")
    stack.model.script(text("There."), match="into the dark")
    page.unroute("**/tasks/")
    box(page).press("Enter")
    expect(said(page)).to_have_text("There.")
    expect(own(page)).to_have_count(1)


def test_a_message_that_could_not_be_sent_is_marked_and_sent_again(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    chat = Chat(person)
    chat.turn("earlier", answered("Yes."))
    page = open_page(person, chat.task.get_absolute_url())
    page.route("**/messages/", lambda route: route.abort())
    for words in ("lost first", "lost second"):
        send(page, words)
        expect(box(page)).to_have_value("")
    expect(button(page, "Send again")).to_have_count(2)
    page.unroute("**/messages/")
    page.reload()
    expect(button(page, "Send again")).to_have_count(2)
    stack.model.script(text("Found first."), match="lost first")
    stack.model.script(text("Found second."), match="lost second")
    button(page, "Send again").first.click()
    expect(said(page)).to_have_text("Found second.")
    # Each answer stands below its message, also if it came when the next message was there.
    expect(page.locator("article[data-kind=text] :is(.plain, .prose)")).to_have_text(
        ["earlier", "Yes.", "lost first", "Found first.", "lost second", "Found second."]
    )
    assert chat.task.turns.count() == 3


def test_eight_chats_leave_no_socket_and_no_listener_behind(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    chats = []
    for number in range(5):
        chats.append(Chat(person, title=f"Chat {number}"))
        chats[-1].turn(f"question {number}", *[answered(f"Answer {number}.\n\n" + "More.\n\n" * 60)])
    page = open_page(
        person, chats[0].task.get_absolute_url(), before=lambda page: page.add_init_script(COUNT)
    )
    stay(page)
    go(page, chats[1].task)
    listeners = page.evaluate("live.listeners")
    for number in range(2, 10):
        go(page, chats[number % 5].task)
        expect(own(page).locator(".plain")).to_have_text(f"question {number % 5}")
        expect(page).to_have_title(f"Chat {number % 5} · Agentex")
    wait(page, lambda: page.evaluate(SOCKETS) == 1, "the end of the other chats' sockets")
    assert page.evaluate("live.listeners") == listeners
    assert stayed(page)
    # Going back restores the reader's position.
    page.evaluate("scrollTo(0, 100)")
    wait(page, lambda: page.evaluate("scrollY") == 100, "the scroll")
    go(page, chats[3].task)
    page.go_back()
    page.wait_for_url(f"**{chats[4].task.get_absolute_url()}")
    wait(page, lambda: abs(page.evaluate("scrollY") - 100) < 3, "the place where the reader was")
    assert stayed(page)
    # A chat that is gone is a page load.
    Task.objects.filter(pk=chats[0].task.pk).delete()
    go(page, chats[0].task)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not stayed(page)


def test_other_pages_are_beside_the_list_too(stack: Stack, person: Person, open_page: OpenPage) -> None:
    chat = Chat(person, title="The lighthouse")
    chat.turn("quiet", answered("Still."))
    index.put_title(chat.task.pk, "The lighthouse")
    page = open_page(person, "/settings/")
    stay(page)
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page.locator("#search-box")).to_be_focused()
    expect(page).to_have_title("Search · Agentex")
    page.locator("#search-box").fill("lightho")
    page.locator("#found").get_by_role("link", name="The lighthouse").click()
    expect(said(page)).to_have_text("Still.")
    assert page.locator("link[data-page-style][media=all]").count() == 0
    page.go_back()
    expect(page.locator("#found").get_by_role("link", name="The lighthouse")).to_be_visible()
    for name in ("Inbox", "Schedules", "Prompts"):
        link = page.get_by_role("link", name=name, exact=True)
        link.click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(link).to_have_attribute("aria-current", "page")
        expect(page.locator("#main")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("searchbox", name="Search", exact=True).fill("import")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Import chats", level=1)).to_be_visible()
    page.keyboard.press("Control+Shift+o")
    expect(page.locator("#welcome")).to_have_css("display", "flex")
    assert stayed(page)
