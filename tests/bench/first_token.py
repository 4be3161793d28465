"""From Send to the answer's first token, one chat at a time: in the page, on a socket, and without us."""

import time
from collections.abc import Iterator

from django.conf import settings
from openai import OpenAI
from playwright.sync_api import Browser, BrowserContext, Page

from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.bench.page import WATCH, milliseconds_to_first_text
from tests.bench.stages import Asked, ask, stages
from tests.browser import chromium
from tests.model_server import ModelServer, text
from tests.people import Person, ended, last_turn, new_person

ANSWER = "The first of a few tokens, which come at the pace of a quick model."
TOKENS_PER_SECOND = 50
REST_SECONDS = 0.3
"""Before each question: what the one before left to do is over."""


def measure(runs: int) -> Iterator[Figure]:
    direct, follow_up, new_chat, asked = [], [], [], list[Asked]()
    with (
        ModelServer(TOKENS_PER_SECOND) as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text(ANSWER), times=None)
        task, shown = person.begin("haiku", "warm-up"), person.begin("haiku", "warm-up")
        ended(last_turn(shown))
        with (
            person.socket(task) as socket,
            OpenAI(base_url=model.url, api_key="none", max_retries=0) as client,
            chromium() as browser,
        ):
            socket.until_turn("done")
            context = _context(browser, person)
            page = _page(context, person.url + shown.get_absolute_url())
            # The first round makes connections and fills caches; it is not counted.
            for number in range(runs + 1):
                _rest()
                direct.append(_ask_model(client))
                _rest()
                asked.append(ask(person, task, socket))
                _rest()
                follow_up.append(milliseconds_to_first_text(page, f"question {number}"))
                fresh = _page(context, person.url)
                _rest()
                new_chat.append(milliseconds_to_first_text(fresh, f"question {number}"))
                fresh.close()
        yield from _figures(direct[1:], asked[1:], follow_up[1:], new_chat[1:])
        yield from stages(task, asked[1:], model.requests())


def _figures(
    direct: list[float], asked: list[Asked], follow_up: list[float], new_chat: list[float]
) -> Iterator[Figure]:
    how = "The model server called with the OpenAI client, streaming: from the call to its first delta."
    yield Figure("OpenAI client alone", "ms", direct, how)
    how = "From the POST to the first delta on a plain WebSocket, in a chat that has begun."
    yield Figure("dashboard, plain socket", "ms", [1000 * (each.heard - each.sent) for each in asked], how)
    how = "Chromium's page of a chat that has begun: from the Enter key's event to the answer's first text."
    yield Figure("dashboard, page", "ms", follow_up, how)
    how = "The same for a chat's first message: the workflow starts, and the chat's own page is opened."
    yield Figure("dashboard, page, new chat", "ms", new_chat, how)


def _rest() -> None:
    time.sleep(REST_SECONDS)


def _ask_model(client: OpenAI) -> float:
    began, first = time.monotonic(), 0.0
    with client.responses.create(model="bench", input="question", stream=True) as events:
        for event in events:
            if event.type == "response.output_text.delta":
                first = first or time.monotonic()
    return 1000 * (first - began)


def _context(browser: Browser, person: Person) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.add_cookies([{"name": n, "value": v, "url": person.url} for n, v in person.cookies.items()])
    context.add_init_script(WATCH)
    return context


def _page(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    return page
