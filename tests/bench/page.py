"""A real chat page in Chromium that measures the time from Enter to the answer's first text."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.chat_page import box, expect_turn

# `pressed` is the timestamp of the key event, so it includes the page's work for the key. The page writes text in
# an animation frame, so text that the observer sees is painted at the end of that frame.
# Both times are in sessionStorage, because the first message of a chat may open another page.
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
    """Returns an init script for a browser context.

    Args:
        selector: matches one element per answer, which contains the answer's text.
    """
    return _WATCH % selector


WATCH = watching('article[data-kind="text"][data-author="agent"] :is(.plain, .prose)')
"""The init script for our page."""


def say(page: Page, words: str) -> None:
    """Types the words and presses Enter in our page; returns when the answer is complete."""
    box(page).fill(words)
    box(page).press("Enter")
    # Polls the page only a few times per second, because each poll costs some of the measured time.
    expect_turn(page, "done")


def milliseconds_to_first_text(page: Page, words: str, say: Callable[[Page, str], None] = say) -> float:
    """Milliseconds from Enter until the answer's first text is shown.

    Args:
        page: a page of a context that has the script from `watching` as its init script.
        say: sends the words and waits for the end of the answer.
    """
    page.evaluate("sessionStorage.removeItem('pressed')")
    say(page, words)
    return float(page.evaluate(_TOOK))
