"""From the Enter key to the answer's first text in Chromium: our page and Chainlit's, alternating."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from django.conf import settings
from playwright.sync_api import BrowserContext, Page

from tests.bench import page as ours
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.bench.page import milliseconds_to_first_text
from tests.bench.peers import chainlit_server
from tests.support.browser import MILLISECONDS, chromium
from tests.support.model_server import ModelServer, text
from tests.support.people import new_person

ANSWER = "The first of a few tokens, which come at the pace of a quick model."
TOKENS_PER_SECOND = 50
REST_SECONDS = 2.0
"""Pause before each question: nobody types the next one faster, and what follows an answer has ended by then."""
Say = Callable[[Page, str], None]


def measure(runs: int) -> Iterator[Figure]:
    found: dict[str, list[float]] = {
        f"{whose}, {which}": []
        for which in ("existing chat", "new chat")
        for whose in ("dashboard", "Chainlit")
    }
    with (
        ModelServer() as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
        chainlit_server.chainlit(model.url) as address,
        chromium() as browser,
    ):
        model.script(text(ANSWER), times=None, tokens_per_second=TOKENS_PER_SECOND)
        context = browser.new_context(viewport={"width": 1280, "height": 860})
        context.set_default_timeout(MILLISECONDS)
        context.add_cookies([{"name": n, "value": v, "url": person.url} for n, v in person.cookies.items()])
        context.add_init_script(ours.WATCH)
        peer = browser.new_context(viewport={"width": 1280, "height": 860})
        peer.set_default_timeout(MILLISECONDS)
        peer.add_init_script(chainlit_server.WATCH)
        # The first round opens connections and fills caches; it is not counted.
        for _ in range(runs + 1):
            new, existing = _ask(context, person.url, ours.say)
            found["dashboard, new chat"].append(new)
            found["dashboard, existing chat"].append(existing)
            new, existing = _ask(peer, address, chainlit_server.say)
            found["Chainlit, new chat"].append(new)
            found["Chainlit, existing chat"].append(existing)
    yield from _figures({name: values[1:] for name, values in found.items()})


def _ask(context: BrowserContext, url: str, say: Say) -> tuple[float, float]:
    """Times the first and second message of a new chat, in the same page."""
    page = context.new_page()
    page.goto(url)
    time.sleep(REST_SECONDS)
    new = milliseconds_to_first_text(page, "question 1", say)
    time.sleep(REST_SECONDS)
    existing = milliseconds_to_first_text(page, "question 2", say)
    page.close()
    return new, existing


def _figures(found: dict[str, Sequence[float]]) -> Iterator[Figure]:
    how = "In Chromium, from the Enter key's event to the answer's first text in the page."
    for name, values in found.items():
        yield Figure(name, "ms", values, how)
        how = ""
    for which in ("existing chat", "new chat"):
        ratio = statistics.median(found[f"dashboard, {which}"]) / statistics.median(
            found[f"Chainlit, {which}"]
        )
        yield Figure(f"dashboard ÷ Chainlit, {which}", "", [ratio], "Of the medians of one run.")
