"""A real chat page in a real Chromium, which keeps its own time from Enter to the answer's first text."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.chat_page import box, expect_turn

# `pressed` is the key event's own time stamp, so that what the page does about the key is counted. The page
# writes text in an animation frame, so what an observer sees then is painted at the end of that frame.
# The two are kept in sessionStorage: the first message of a chat may open another page.
_WATCH = """
(() => {
  if (location.protocol === "about:") return;
  const texts = () => document.querySelectorAll(%r);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    sessionStorage.removeItem("seen");
    sessionStorage.setItem("before", texts().length);
    sessionStorage.setItem("pressed", performance.timeOrigin + event.timeStamp);
  }, true);
  new MutationObserver(() => {
    if (!sessionStorage.getItem("pressed") || sessionStorage.getItem("seen")) return;
    const found = texts();
    if (found.length <= Number(sessionStorage.getItem("before"))) return;
    if (!found[found.length - 1].textContent.trim()) return;
    sessionStorage.setItem("seen", performance.timeOrigin + performance.now());
  }).observe(document, { childList: true, subtree: true, characterData: true });
})();
"""
_TOOK = "Number(sessionStorage.getItem('seen')) - Number(sessionStorage.getItem('pressed'))"


def watching(selector: str) -> str:
    """An init script for a browser context.

    Args:
        selector: what holds the text of an answer, one element for each answer.
    """
    return _WATCH % selector


WATCH = watching('article[data-kind="text"][data-author="agent"] :is(.plain, .prose)')
"""For our own page."""


def say(page: Page, words: str) -> None:
    """Types the words and presses Enter in our page; returns when the answer is complete."""
    box(page).fill(words)
    box(page).press("Enter")
    # Looks at the page a few times a second: each look costs it some of the time that is measured.
    expect_turn(page, "done")


def milliseconds_to_first_text(page: Page, words: str, say: Callable[[Page, str], None] = say) -> float:
    """From Enter until the answer's first text stood there.

    Args:
        page: opened in a context that has the script of `watching` as its init script.
        say: sends the words, and waits for the end of the answer.
    """
    page.evaluate("sessionStorage.removeItem('pressed')")
    say(page, words)
    return float(page.evaluate(_TOOK))
