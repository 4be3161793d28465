"""How fast the conversation is in a browser: opening, typing, streaming, and what moves by itself.

The streamed answer has 1,200 tokens here; AGENTEX_FULL_SPEED=1 makes it the 10,000 of the requirement (50 s).
"""

import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from agentex_web.demo_model.showcase import long_text
from agentex_web.positions import OPENING, below
from agentex_web.rendering.markdown import to_html
from agentex_web.tasks.models import Agent, Message, Task, Turn
from tests.support.browser import OpenPage
from tests.support.chat_page import box, messages, send
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import ROOT, Stack

# What else the machine does comes and goes: a figure counts as held if one of three runs holds it.
pytestmark = [pytest.mark.alone, pytest.mark.flaky(reruns=2)]

FULL = os.environ.get("AGENTEX_FULL_SPEED") == "1"
TOKENS = 10_000 if FULL else 1_200
TOKENS_PER_SECOND = 200
PARTS = 10 if FULL else 3

ANSWER = """## What the tide does

It comes **twice** a day, with `the moon` and with the wind; see [the table](https://example.com).

- high at six
- low at noon

```python
def tide(moon):
    return "high" if moon else "low"
```
"""
OBSERVE = """
  window.long = [];
  window.keys = [];
  window.shifts = [];
  const watch = (type, take, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take))
      .observe({ type, buffered: true, ...more });
  watch("longtask", ({ startTime, duration }) => window.long.push([startTime, duration]));
  watch("layout-shift", ({ hadRecentInput, startTime, value, sources }) => {
    if (hadRecentInput) return;
    const moved = sources.map(({ node, previousRect, currentRect }) =>
      `${node?.nodeName} ${node?.className} ${previousRect.y}>${currentRect.y}`);
    window.shifts.push([startTime, value, moved]);
  });
  watch("event", (entry) => { if (entry.name === "keydown") window.keys.push(entry.duration); },
    { durationThreshold: 16 });
"""

LENGTH = "Number(document.querySelector('[data-kind=text][data-author=agent]').dataset.length)"


def long_chat(person: Person, turns: int = 500) -> Task:
    """As many turns of two messages, as if they had been said."""
    task = Task.objects.create(owner=person.user, agent=Agent.objects.get(pk="haiku"), title="A long chat")
    begin, html = timezone.now() - timedelta(days=1), to_html(ANSWER)
    rows: list[Turn] = []
    for _ in range(turns):
        parent = rows[-1] if rows else None
        rows.append(Turn(id=uuid.uuid4(), task=task, parent=parent, status=Turn.Status.DONE))
    Turn.objects.bulk_create(rows)
    for number, row in enumerate(rows):
        row.created_at = row.started_at = row.finished_at = begin + timedelta(seconds=number)
    Turn.objects.bulk_update(rows, ["created_at", "started_at", "finished_at"], batch_size=100)
    said = [
        Message(turn=row, position=OPENING, author="user", content=f"Question {number}")
        for number, row in enumerate(rows)
    ]
    answers = [
        Message(
            turn=row,
            position=below(below("", 1), 0),
            author="agent",
            content=ANSWER,
            html=html,
            agent_name="Haiku Assistant",
        )
        for row in rows
    ]
    Message.objects.bulk_create([*said, *answers])
    task.head = rows[-1]
    task.save(update_fields=["head"])
    return task


def test_a_chat_of_a_thousand_messages_opens_within_a_second_and_keys_answer_at_once(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    task = long_chat(person)
    # The first page that a process renders also loads its templates.
    page = open_page(person, "/?agent=haiku")
    page.add_init_script(OBSERVE)
    page.goto(person.url + task.get_absolute_url())
    expect(page.locator("article")).to_have_count(1000)
    timing = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    print(
        f"first byte {timing['responseStart']:.0f} ms, whole {timing['loadEventEnd']:.0f} ms, paint {paint}"
    )
    assert timing["loadEventEnd"] < 1000
    assert layout_shift(page) < 0.05

    words = "".join(f"word{number} " for number in range(400))
    stack.model.script(text(words), match="while it streams", tokens_per_second=TOKENS_PER_SECOND)
    send(page, "while it streams")
    expect(messages(page).last).to_have_attribute("data-status", "streaming")
    page.evaluate("window.keys.length = 0")
    box(page).press_sequentially("these are keys while an answer comes", delay=30)
    assert messages(page).last.get_attribute("data-status") == "streaming"
    # Only those of 16 ms and more are told at all.
    slow = sorted(page.evaluate("window.keys"))
    print(f"keys over 16 ms: {slow}")
    assert len([each for each in slow if each > 50]) <= 1, slow


def test_a_long_answer_costs_no_long_task_and_its_last_tokens_no_more_than_its_first(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    chunks = [f" {word}" for word in tokens()]
    stack.model.script(text("", chunks=chunks), match="how long", tokens_per_second=TOKENS_PER_SECOND)
    page = open_page(person, "/?agent=haiku")
    page.add_init_script(OBSERVE)
    page.reload()
    send(page, "how long")
    page.wait_for_url("**/tasks/**")
    expect(messages(page)).to_have_attribute("data-status", "streaming")
    began = page.evaluate("performance.now()")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    costs = list(cost_of_parts(page, session, sum(map(len, chunks))))
    expect(messages(page)).to_have_attribute("data-status", "done")
    long = [duration for start, duration in page.evaluate("window.long") if start > began]
    print(f"ms of work for 1,000 characters, in {PARTS} parts of {TOKENS} tokens: {costs}")
    print(f"long tasks {long}, layout shift {layout_shift(page)}")
    assert costs[-1] < 1.3 * costs[0]
    assert not [duration for duration in long if duration > 50]
    assert layout_shift(page) < 0.05, page.evaluate("window.shifts")


def layout_shift(page: Page) -> float:
    """Cumulative layout shift: the worst window of at most 5 s with no second of rest (web.dev/articles/cls)."""
    worst = total = 0.0
    first = last = float("-inf")
    for start, value, _ in page.evaluate("window.shifts"):
        if start - last > 1000 or start - first > 5000:
            total, first = 0.0, start
        total, last = total + value, start
        worst = max(worst, total)
    return worst


def tokens() -> Iterator[str]:
    words = [each for _ in range(1 + TOKENS // 600) for each in long_text(24).split(" ")]
    return iter(words[:TOKENS])


def cost_of_parts(page: Page, session: CDPSession, length: int) -> Iterator[int]:
    """The main thread's work per text in each part of the answer, from when the page is open on."""
    first = done = page.evaluate(LENGTH)
    before = worked(session)
    for part in range(1, PARTS + 1):
        # Ends a little early: what the end of a turn costs is no token's cost.
        while page.evaluate(LENGTH) < first + (length - first) * part / PARTS * 0.98:
            page.wait_for_timeout(50)
        now, at = worked(session), page.evaluate(LENGTH)
        yield round((now - before) * 1e6 / (at - done))
        before, done = now, at


def worked(session: CDPSession) -> float:
    """Seconds."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def test_what_a_page_loads_of_ours_is_small() -> None:
    ours = [*(ROOT / "static" / "js").rglob("*.js"), *(ROOT / "static" / "css").glob("*.css")]
    assert sum(map(size_of, ours)) < 150 * 1024


def size_of(path: Path) -> int:
    return path.stat().st_size
