"""A real Chromium: the system's, else Playwright's own."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.people import Person

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HELP = (
    "There is no Chromium. Install one: apt-get install chromium, or python -m playwright install chromium."
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            pytest.fail(f"{HELP}\n{error}")
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as a person; at the end, no page may have had an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(
        person: Person, path: str = "/", *, width: int = 1280, height: int = 860, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        context.add_cookies([{"name": n, "value": v, "url": person.url} for n, v in person.cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if is_fault(message.text, message.type) else None,
        )
        page.goto(person.url + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not errors, errors


def is_fault(text: str, kind: str) -> bool:
    # A refused request is reported as an error although the page handles it.
    return kind == "error" and "Failed to load resource" not in text and "WebSocket" not in text
