"""An answer of numbered words, and what a page shows of it when it is reloaded, disconnected or opened late."""

from playwright.sync_api import Page, WebSocketRoute

from tests.support.browser import MILLISECONDS

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


def watch(page: Page) -> Page:
    page.add_init_script(WATCH_TEXT)
    page.reload()
    return page


def watched_tab(page: Page) -> Page:
    """Another tab of the same browser, still empty, whose texts `seen` returns."""
    tab = page.context.new_page()
    tab.add_init_script(WATCH_TEXT)
    return tab


def seen(page: Page) -> list[str]:
    """The texts of the answer that the page has shown since it was loaded."""
    texts: list[str] = page.evaluate("window.seen")
    return [each for each in texts if each]


def assert_only_grew(texts: list[str], whole: str = WHOLE) -> None:
    assert all(whole.startswith(each) for each in texts), texts
    assert texts == sorted(texts, key=len)


def wait_for_length(page: Page, length: int) -> None:
    page.wait_for_function("length => window.seen.at(-1)?.length >= length", arg=length, timeout=MILLISECONDS)


def route_sockets(page: Page) -> list[WebSocketRoute]:
    """Returns a list that collects the chat sockets that the page opens after its next load.

    The sockets work normally, and the test can close them.
    """
    found: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        found.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/ws/tasks/**", connect)
    return found
