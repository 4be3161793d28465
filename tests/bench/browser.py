"""In Chromium: a chat of a thousand messages, key presses while an answer streams, and a long answer."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from agentex_web.tasks.models import Task
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.support.browser import chromium
from tests.support.chat_page import box, messages, send
from tests.support.long_chat import OBSERVE, layout_shift, long_chat, tokens
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, new_person

TOKENS = 10_000
TOKENS_PER_SECOND = 200
PARTS = 10
REQUESTS = 20
OPENINGS = 5
"""How often the chat is opened in each run."""
KEYS = "these are keys while an answer comes"
KEY_MILLISECONDS = 30
EMPTY_PAGE = "<!doctype html><title>Empty</title><textarea aria-label='Message'></textarea>"

# Modules have run when the document is loaded. A task that is posted in a frame runs after that frame's painting.
_OPENED = """
  addEventListener("DOMContentLoaded", () => {
    const check = () => {
      const last = [...document.querySelectorAll("#conversation article")].at(-1);
      const box = document.querySelector("#composer textarea");
      const isShown = last && last.getBoundingClientRect().bottom <= innerHeight;
      if (!isShown || !box || box.disabled) return requestAnimationFrame(check);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.opened = performance.now(); };
      port2.postMessage(null);
    };
    requestAnimationFrame(check);
  });
"""
_LENGTH = "Number(document.querySelector('[data-kind=text][data-author=agent]').dataset.length)"


@dataclass
class Samples:
    opened: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    first_byte: list[float] = field(default_factory=list)
    paint: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    same_document: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    keys_alone: list[float] = field(default_factory=list)
    costs: list[list[float]] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    shift: list[float] = field(default_factory=list)


def measure(runs: int) -> Iterator[Figure]:
    found = Samples()
    with (
        ModelServer() as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
        chromium() as browser,
    ):
        context = browser.new_context(viewport={"width": 1280, "height": 860})
        context.add_cookies([{"name": n, "value": v, "url": person.url} for n, v in person.cookies.items()])
        context.add_init_script(OBSERVE)
        context.add_init_script(_OPENED)
        task = long_chat(person)
        _keys_alone(context, found)
        # Warm up: a process loads its templates with the first page that it renders.
        context.new_page().goto(person.url)
        for _ in range(runs):
            found.server.append(_processor_time(dashboard, person, task))
            for _ in range(OPENINGS):
                _open(context, person, task, found).close()
            _type(_open(context, person, task, found), model, found)
            _stream(context, model, person, found)
    yield from _figures(found)


def _processor_time(dashboard: Dashboard, person: Person, task: Task) -> float:
    """Milliseconds of processor time that the web process takes for the chat's page."""
    before = dashboard.processor_seconds()["web"]
    for _ in range(REQUESTS):
        person.http.get(task.get_absolute_url()).raise_for_status()
    return 1000 * (dashboard.processor_seconds()["web"] - before) / REQUESTS


def _open(context: BrowserContext, person: Person, task: Task, found: Samples) -> Page:
    page = context.new_page()
    answer = page.goto(person.url + task.get_absolute_url())
    page.wait_for_function("window.opened")
    found.opened.append(page.evaluate("window.opened"))
    timing = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    found.first_byte.append(timing["responseStart"])
    found.whole.append(timing["loadEventEnd"])
    found.paint.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    assert answer
    found.same_document.append(_same_document(context, answer.text()))
    return page


def _type(page: Page, model: ModelServer, found: Samples) -> None:
    words = "".join(f"word{number} " for number in range(400))
    model.script(text(words), match="while it streams", tokens_per_second=TOKENS_PER_SECOND)
    send(page, "while it streams")
    expect(messages(page).last).to_have_attribute("data-status", "streaming")
    page.evaluate("window.keys.length = 0")
    box(page).press_sequentially(KEYS, delay=KEY_MILLISECONDS)
    found.keys.append(_slowest_key(page))
    expect(messages(page).last).to_have_attribute("data-status", "done")
    page.close()


def _same_document(context: BrowserContext, html: str) -> float:
    """Milliseconds to load the same HTML and style sheets, without our server's work and our scripts."""
    page = context.new_page()
    page.route("**/same-document", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("http://same.test/same-document")
    took = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    page.close()
    return float(took)


def _keys_alone(context: BrowserContext, found: Samples) -> None:
    page = context.new_page()
    page.route("**/empty", lambda route: route.fulfill(body=EMPTY_PAGE, content_type="text/html"))
    page.goto("http://empty.test/empty")
    box(page).press_sequentially(KEYS, delay=KEY_MILLISECONDS)
    found.keys_alone.append(_slowest_key(page))
    page.close()


def _slowest_key(page: Page) -> float:
    """Milliseconds of the slowest key press; 0 if all took less than 16 ms, which browsers do not report."""
    return max(page.evaluate("window.keys"), default=0.0)


def _stream(context: BrowserContext, model: ModelServer, person: Person, found: Samples) -> None:
    chunks = list(tokens(TOKENS))
    model.script(text("", chunks=chunks), match="how long", tokens_per_second=TOKENS_PER_SECOND)
    page = context.new_page()
    page.goto(f"{person.url}/?agent=haiku")
    send(page, "how long")
    page.wait_for_url("**/tasks/**")
    expect(messages(page)).to_have_attribute("data-status", "streaming")
    began = page.evaluate("performance.now()")
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    found.costs.append(list(_cost_of_parts(page, session, sum(map(len, chunks)))))
    expect(messages(page)).to_have_attribute("data-status", "done")
    tasks = [duration for start, duration in page.evaluate("window.long") if start > began]
    found.longest.append(max(tasks, default=0.0))
    found.shift.append(layout_shift(page))
    page.close()


def _cost_of_parts(page: Page, session: CDPSession, length: int) -> Iterator[float]:
    """The main thread's milliseconds per 1,000 characters, for each part of the answer after the page has opened."""
    first = done = page.evaluate(_LENGTH)
    before = _worked(session)
    for part in range(1, PARTS + 1):
        # Stop a little early, to leave out the cost of the turn's end.
        while page.evaluate(_LENGTH) < first + (length - first) * part / PARTS * 0.98:
            time.sleep(0.05)
        now, at = _worked(session), page.evaluate(_LENGTH)
        yield (now - before) * 1e6 / (at - done)
        before, done = now, at


def _worked(session: CDPSession) -> float:
    """Seconds that the main thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def _figures(found: Samples) -> Iterator[Figure]:
    how = (
        "A chat of 1,000 messages, from the start of the navigation until the end of the conversation is painted, "
        "the scripts have run, and the box takes keys. Earlier messages follow."
    )
    yield Figure("1,000 messages: opened", "ms", found.opened, how)
    how = f"utime + stime of /proc/*/stat for {REQUESTS} requests, for each."
    yield Figure("1,000 messages: the web process's processor time", "ms", found.server, how)
    how = "As Chromium reports it."
    yield Figure("1,000 messages: first byte", "ms", found.first_byte, how)
    yield Figure("1,000 messages: first paint", "ms", found.paint)
    yield Figure("1,000 messages: loaded", "ms", found.whole)
    how = "Reference: the same HTML and style sheets from memory, with empty scripts."
    yield Figure("the same document alone: loaded", "ms", found.same_document, how)
    ratios = [ours / alone for ours, alone in zip(found.whole, found.same_document, strict=True)]
    yield Figure("1,000 messages ÷ the same document alone", "", ratios)
    how = f"In that chat, while an answer of {TOKENS_PER_SECOND} tokens a second streams: from the key to the next paint; 0: under 16 ms."
    yield Figure("slowest key while an answer streams", "ms", found.keys, how)
    yield Figure(
        "slowest key in an empty page", "ms", found.keys_alone, "Reference: a page with a text area."
    )
    how = f"An answer of {TOKENS:,} tokens at {TOKENS_PER_SECOND} a second: the main thread's work for 1,000 characters, in {PARTS} parts."
    yield Figure("long answer: first part", "ms", [each[0] for each in found.costs], how)
    yield Figure("long answer: dearest part", "ms", [max(each) for each in found.costs])
    yield Figure("long answer: last part ÷ first part", "", [each[-1] / each[0] for each in found.costs])
    yield Figure("long answer: longest task", "ms", found.longest, "Tasks under 50 ms are not reported: 0.")
    yield Figure("long answer: cumulative layout shift", "", found.shift)
