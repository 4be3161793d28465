"""Notifications of a hidden page, messages sent in the background, and network loss."""

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from agentex_web.preferences.models import Preferences
from agentex_web.tasks.models import Agent, Task
from tests.support.browser import OpenPage
from tests.support.chat_page import begin, box, button, expect_turn, own, said, send, wait
from tests.support.chat_rows import Chat
from tests.support.chat_rows import said as answered
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import Stack

AWAY = """away => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => away });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LISTEN = """
window.tones = 0;
window.AudioContext = class extends AudioContext {
  createOscillator() { window.tones += 1; return super.createOscillator(); }
};
// A browser without a screen shows none, and permits none.
window.notes = [];
Object.defineProperty(Notification, "permission", { get: () => "granted" });
ServiceWorkerRegistration.prototype.showNotification = async (title, { body, data }) => {
  window.notes.push([title, body, data.url]);
};
"""


def test_a_hidden_page_calls_when_an_answer_is_ready(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    Preferences.objects.create(user=person.user, notifications=True, sound=True)
    stack.model.script(text("Here it is."), match="call me", hold_after=1)
    page = open_page(
        person, "/?agent=haiku", service_workers="allow", before=lambda page: page.add_init_script(LISTEN)
    )
    task = begin(page, "call me")
    expect(said(page)).to_have_text("Here")
    icon = page.locator('link[rel="icon"]')
    before = icon.get_attribute("href")
    page.evaluate(AWAY, True)
    stack.model.release()
    expect(page).to_have_title("● call me · Agentex")
    assert icon.get_attribute("href") != before
    wait(page, lambda: page.evaluate("window.tones") == 1, "the sound")
    wait(
        page,
        lambda: page.evaluate("window.notes") == [["call me", "An answer is ready.", f"/tasks/{task.pk}/"]],
        "the notification",
    )
    page.evaluate(AWAY, False)
    expect(page).to_have_title("call me · Agentex")
    assert icon.get_attribute("href") == before
    # The answer was seen, so the list shows no mark.
    expect(page.locator(f"#chat-row-{task.pk}")).to_have_attribute("data-unread", "no")


def test_without_a_network_the_page_says_so(stack: Stack, person: Person, open_page: OpenPage) -> None:
    page = open_page(person, "/?agent=haiku", service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    page.goto(person.url + "/inbox/")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    # The offline page has its style.
    assert page.locator(".button.primary").evaluate("each => getComputedStyle(each).borderRadius") != "0px"
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(box(page)).to_be_visible()


class Tunnel:
    """Disconnects a page. Chromium's offline mode would leave sockets open."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: list[WebSocketRoute] = []
        self._is_dark = False
        page.route_web_socket(re.compile("/ws/tasks/"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._is_dark:
            socket.close(code=1012)
            return
        socket.connect_to_server()
        self._open.append(socket)

    def enter(self) -> None:
        self._is_dark = True
        self._page.context.set_offline(True)
        for socket in self._open:
            socket.close(code=1012)

    def leave(self) -> None:
        self._is_dark = False
        self._page.context.set_offline(False)


@pytest.fixture
def chat(person: Person) -> Chat:
    found = Chat(person, title="A bad line")
    found.turn("earlier", answered("Yes."))
    return found


def test_messages_wait_for_the_network_and_are_sent_by_themselves(
    stack: Stack, person: Person, open_page: OpenPage, chat: Chat
) -> None:
    stack.model.script(text("One."), match="first in the tunnel")
    stack.model.script(text("Two."), match="second in the tunnel")
    page = open_page(person, chat.task.get_absolute_url())
    tunnel = Tunnel(page)
    page.reload()
    expect_turn(page, "done")
    tunnel.enter()
    for words in ("first in the tunnel", "second in the tunnel"):
        send(page, words)
        expect(box(page)).to_have_value("")
    expect(button(page, "Send again")).to_have_count(2)
    expect(page.locator("#connection")).to_have_text("Reconnecting… Nothing will be lost.")
    tunnel.leave()
    expect(page.locator("#connection")).to_be_hidden()
    expect(said(page)).to_have_text("Two.")
    expect(own(page).locator(".plain")).to_have_text(
        ["earlier", "first in the tunnel", "second in the tunnel"]
    )
    assert chat.task.turns.count() == 3


def test_a_message_is_sent_in_the_background(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text("Done aside."), match="do it aside", hold_after=1)
    page = open_page(person, "/?agent=haiku")
    box(page).fill("do it aside")
    button(page, "Send in the background").click()
    news = page.locator(".news-item")
    expect(news).to_contain_text("Working in the background")
    # The page is free for something else.
    expect(page.locator("#welcome")).to_be_visible()
    expect(box(page)).to_have_value("")
    stack.model.release()
    expect(news).to_contain_text("Done")
    news.get_by_role("link").click()
    expect(said(page)).to_have_text("Done aside.")
    expect(news).to_have_count(0)


def follow(page: Page, title: str) -> None:
    page.get_by_role("link", name=title).first.click()
    expect(page).to_have_title(f"{title} · Agentex")


def test_the_list_stays_where_it_was(stack: Stack, person: Person, open_page: OpenPage) -> None:
    agent = Agent.objects.get(pk="haiku")
    Task.objects.bulk_create(
        Task(owner=person.user, agent=agent, title=f"Chat number {n}") for n in range(60)
    )
    page = open_page(person, "/?agent=haiku", height=700)
    place = "document.querySelector('.sidebar-scroll').scrollTop"
    # A row that was never in view counts with its size.
    assert (
        page.evaluate("new Set([...document.querySelectorAll('.chat-row')].map(e => e.offsetHeight)).size")
        == 1
    )
    page.get_by_text("Chat number 35", exact=True).scroll_into_view_if_needed()
    before = page.evaluate(place)
    assert before > 100
    follow(page, "Chat number 35")
    assert abs(page.evaluate(place) - before) < 3
    page.reload()
    expect(page.locator('.task-link[aria-current="page"]')).to_be_in_viewport()
    assert abs(page.evaluate(place) - before) < 3
    page.go_back()
    expect(page.locator("#welcome")).to_be_visible()
    assert abs(page.evaluate(place) - before) < 3
    # A chat that is far down the list and opened by its address is scrolled into view.
    oldest = person.user.tasks.get(title="Chat number 0")
    page.goto(person.url + oldest.get_absolute_url())
    expect(page.locator(f"#task-link-{oldest.pk}")).to_be_in_viewport()
