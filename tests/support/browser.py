"""A real Chromium: the system's, or else Playwright's."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    WebError,
    sync_playwright,
)

from tests.support.people import Person
from tests.support.waiting import PATIENCE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Processes, and what they have compiled, serve later pages too: an eighth less of CPU per page.
    "--renderer-process-limit=1",
    # Megabytes. A page that loads, and more so axe, makes garbage that a small space would have collected often.
    "--js-flags=--min-semi-space-size=16",
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

DESKTOP: ViewportSize = {"width": 1280, "height": 860}
USUAL: dict[str, Any] = {
    "viewport": DESKTOP,
    # Without a graphics card, what breathes on a page costs more than the page does.
    "reduced_motion": "reduce",
    # Each test would install the service worker again: a process, and eight files from the server.
    "service_workers": "block",
}
"""The options of the contexts that most pages share."""
UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
OpenPage = Callable[..., Page]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Runs a browser while the block runs.

    Raises:
        RuntimeError: no browser could be launched.
    """
    found = next((path for name in ([CHOSEN] if CHOSEN else NAMES) if (path := shutil.which(name))), CHOSEN)
    # Playwright's event loop is idle while test code runs, but Django believes that the code runs inside the loop.
    with sync_playwright() as playwright, async_unsafe():
        try:
            launched = playwright.chromium.launch(executable_path=found, args=FLAGS, timeout=MILLISECONDS)
        except Error as error:
            raise RuntimeError(f"{HELP}\n{error}") from error
        yield launched
        launched.close()


@contextmanager
def async_unsafe() -> Iterator[None]:
    before = os.environ.get(UNSAFE, "")
    os.environ[UNSAFE] = "1"
    try:
        yield
    finally:
        os.environ[UNSAFE] = before


class _Context:
    """A context with an empty page that stays open, so that its renderer process does too, with all that it compiled.

    Args:
        options: arguments for Playwright's ``new_context``.
    """

    def __init__(self, browser: Browser, options: dict[str, Any]) -> None:
        self.kind = _kind(options)
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(MILLISECONDS)
        self._kept = self.context.new_page()
        self._session = self.context.new_cdp_session(self._kept)

    def new_page(self, site: str) -> Page:
        # Pages may store data until they are closed, so data are deleted here and not in `clear`.
        everything = {"origin": "/".join(site.split("/")[:3]), "storageTypes": "all"}
        self._session.send("Storage.clearDataForOrigin", everything)
        return self.context.new_page()

    def clear(self) -> None:
        for page in self.context.pages:
            if page is not self._kept:
                page.close()
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.context.set_offline(False)


class Contexts:
    """The browser of this process, and its contexts that no test uses at the moment.

    A context keeps its cached styles and scripts for the next test, and nothing else. Without them, each page would
    load 70 files again, which is half of its cost.
    """

    def __init__(self) -> None:
        self._around = ExitStack()
        self._browser: Browser | None = None
        self._idle: dict[str, list[_Context]] = {}

    def browser(self) -> Browser:
        if self._browser is None:
            self._browser = self._around.enter_context(chromium())
        return self._browser

    def take(self, **options: Any) -> _Context:
        """A context without cookies and permissions.

        Args:
            options: arguments for Playwright's ``new_context``.
        """
        idle = self._idle.get(_kind(options))
        return idle.pop() if idle else _Context(self.browser(), options)

    def put_back(self, used: _Context) -> None:
        used.clear()
        self._idle.setdefault(used.kind, []).append(used)

    def stop(self) -> None:
        self._idle.clear()
        self._browser = None
        self._around.close()


def _kind(options: dict[str, Any]) -> str:
    return json.dumps(options, sort_keys=True)


_contexts = Contexts()


def stop_unused_browser(item: pytest.Item) -> None:
    """Stops the browser before tests that do not use it: they run event loops of their own, beside Playwright's."""
    if "browser" not in getattr(item, "fixturenames", ()):
        _contexts.stop()


@pytest.fixture(scope="session")
def browser_of_process() -> Iterator[Contexts]:
    yield _contexts
    _contexts.stop()


@pytest.fixture
def browser(browser_of_process: Contexts) -> Browser:
    return browser_of_process.browser()


@pytest.fixture
def open_page(browser_of_process: Contexts, browser: Browser) -> Iterator[OpenPage]:
    """Opens pages as a person. Fails at the end if a page had an error.

    Tests may change the pages, but not the contexts beyond permissions, cookies and the network: the next test
    gets the same contexts.
    """
    used: list[_Context] = []
    errors: list[str] = []

    def hear_error(error: WebError) -> None:
        errors.append(str(error.error))

    def hear_console(message: ConsoleMessage) -> None:
        if is_fault(message.text, message.type):
            errors.append(message.text)

    def open_one(
        person: Person | None,
        url: str = "/",
        *,
        width: int = DESKTOP["width"],
        height: int = DESKTOP["height"],
        dark: bool = False,
        motion: bool = False,
        faults: bool = True,
        before: Callable[[Page], object] | None = None,
        **more: Any,
    ) -> Page:
        """Opens a page.

        Args:
            url: a path on the person's site, or a full URL if ``person`` is None.
            motion: whether pages may move; by default, the person wants none.
            faults: whether errors on the page's console fail the test; False for tests that provoke refusals.
            before: called with the page before it loads.
            more: further arguments for Playwright's ``new_context``. By default there is no service worker.
        """
        size: ViewportSize = {"width": width, "height": height}
        # What a page can be given is not given to its context: most pages share a few contexts and their caches.
        options = {**USUAL, "viewport": size if more else DESKTOP, **more}
        taken = browser_of_process.take(**options)
        used.append(taken)
        context, page = taken.context, taken.new_page(person.url if person else url)
        if options["viewport"] != size:
            page.set_viewport_size(size)
        if dark:
            page.emulate_media(color_scheme="dark")
        if motion:
            page.emulate_media(reduced_motion="no-preference")
        context.on("weberror", hear_error)
        if faults:
            context.on("console", hear_console)
        if person is not None:
            cookies: list[SetCookieParam] = [
                {"name": n, "value": v, "url": person.url} for n, v in person.cookies.items()
            ]
            context.add_cookies(cookies)
            url = person.url + url
        if before is not None:
            before(page)
        page.goto(url)
        return page

    yield open_one
    for taken in used:
        browser_of_process.put_back(taken)
        context = taken.context
        context.remove_listener("weberror", hear_error)
        with suppress(KeyError):
            context.remove_listener("console", hear_console)
    assert not errors, errors


def is_fault(text: str, kind: str) -> bool:
    """Whether the console says that the page's own code failed.

    Requests that were refused, or that found no network, are reported there even if the page handles them.
    """
    requests = ("Failed to load resource", "WebSocket", "htmx:sendError", "htmx:afterRequest")
    return kind == "error" and not any(each in text for each in requests)
