"""An answer of numbered words, and what a page shows of it when it is reloaded, disconnected or opened late."""

from playwright.sync_api import Page, WebSocketRoute

from tests.support.browser import MILLISECONDS, OpenPage
from tests.support.chat_page import open_chat
from tests.support.people import Person

WORDS = [f"w{number} " for number in range(300)]
WHOLE = "".join(WORDS).strip()
FIRST_HUNDRED = "".join(WORDS[:100]).strip()

# Runs in each page before the page's scripts: records the answer's text after each change.
WATCH_TEXT = """
window.seen = [];
addEventListener("DOMContentLoaded", () => {
  const look = () => {
    const texts = [...document.querySelectorAll('[data-kind="text"][data-author="agent"] :is(.plain, .prose)')];
    const text = texts.map((each) => each.textContent.trim()).join("|");
    if (text !== window.seen.at(-1)) window.seen.push(text);
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
});
"""


def watch(page: Page) -> None:
    """Has `seen` return the texts of what is loaded in the page from now on."""
    page.add_init_script(WATCH_TEXT)


def watched_tab(page: Page) -> Page:
    """Another tab of the same browser, still empty, whose texts `seen` returns."""
    tab = page.context.new_page()
    watch(tab)
    return tab


def seen(page: Page) -> list[str]:
    """The texts of the answer that the page has shown since it was loaded; it must be a page to `watch`."""
    texts: list[str] = page.evaluate("window.seen")
    return [each for each in texts if each]


def assert_only_grew(texts: list[str], whole: str = WHOLE) -> None:
    assert all(whole.startswith(each) for each in texts), texts
    assert texts == sorted(texts, key=len)


def wait_for_length(page: Page, length: int) -> None:
    page.wait_for_function("length => window.seen.at(-1)?.length >= length", arg=length, timeout=MILLISECONDS)


def watched_chat(
    open_page: OpenPage, person: Person, agent: str, words: str
) -> tuple[Page, list[WebSocketRoute]]:
    """Starts a chat and opens its page. Returns the page, to `watch`, and the chat sockets that it opens.

    The sockets work normally, and the test can close them.
    """
    found: list[WebSocketRoute] = []

    def before(page: Page) -> None:
        watch(page)
        route_sockets(page, found)

    return open_chat(open_page, person, agent, words, before=before), found


def route_sockets(page: Page, found: list[WebSocketRoute]) -> None:
    """Adds the chat sockets that the page opens after its next load to the list."""

    def connect(socket: WebSocketRoute) -> None:
        found.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/ws/tasks/**", connect)
