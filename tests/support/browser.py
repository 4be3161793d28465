"""A real Chromium: the system's, or else Playwright's."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.support.people import Person
from tests.support.waiting import PATIENCE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# The first is the headless build, like Playwright's. It needs a quarter of the CPU per page.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHOSEN = os.environ.get("AGENTEX_TEST_CHROMIUM")
"""A name or path to use instead of NAMES."""
HELP = (
    "There is no Chromium. Install one: apt-get install chromium, or python -m playwright install chromium."
)

MILLISECONDS = 1000 * PATIENCE
"""Playwright's timeout for a page, an element or a condition."""

OpenPage = Callable[..., Page]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Runs a browser while the block runs.

    Raises:
        RuntimeError: no browser could be launched.
    """
    found = next((path for name in ([CHOSEN] if CHOSEN else NAMES) if (path := shutil.which(name))), CHOSEN)
    # Playwright's event loop is idle while test code runs, but Django believes that the code runs inside the loop.
    with sync_playwright() as playwright, patch.dict(os.environ, DJANGO_ALLOW_ASYNC_UNSAFE="1"):
        try:
            launched = playwright.chromium.launch(executable_path=found, args=FLAGS, timeout=MILLISECONDS)
        except Error as error:
            raise RuntimeError(f"{HELP}\n{error}") from error
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser per module: while Playwright runs, so does its event loop, and other tests run their own."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages as a person. Fails at the end if a page had an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(
        person: Person | None,
        url: str = "/",
        *,
        width: int = 1280,
        height: int = 860,
        dark: bool = False,
        faults: bool = True,
        **more: Any,
    ) -> Page:
        """Opens a page.

        Args:
            url: a path on the person's site, or a full URL if ``person`` is None.
            faults: whether errors on the page's console fail the test; False for tests that provoke refusals.
            more: further arguments for Playwright's ``new_context``.
        """
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", **more
        )
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        if faults:
            context.on(
                "console",
                lambda message: errors.append(message.text) if is_fault(message.text, message.type) else None,
            )
        if person is not None:
            cookies: list[SetCookieParam] = [
                {"name": n, "value": v, "url": person.url} for n, v in person.cookies.items()
            ]
            context.add_cookies(cookies)
            url = person.url + url
        page = context.new_page()
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not errors, errors


def is_fault(text: str, kind: str) -> bool:
    """Whether the console says that the page's own code failed.

    Requests that were refused, or that found no network, are reported there even if the page handles them.
    """
    requests = ("Failed to load resource", "WebSocket", "htmx:sendError", "htmx:afterRequest")
    return kind == "error" and not any(each in text for each in requests)
