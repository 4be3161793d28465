"""A chat of a thousand messages, a long answer, and measurements of the page: long tasks, keys and layout shifts."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page

from agentex_web.demo_model.commands import long_text
from agentex_web.positions import OPENING, below
from agentex_web.rendering.markdown import to_html
from agentex_web.tasks.models import Agent, Message, Task, Turn
from tests.support.people import Person

ANSWER = """## What the tide does

It comes **twice** a day, with `the moon` and with the wind; see [the table](https://example.com).

- high at six
- low at noon

```python
def tide(moon):
    return "high" if moon else "low"
```
"""

# Runs in each page before the page's scripts. Browsers report only key events of at least 16 ms.
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


def long_chat(person: Person, turns: int = 500) -> Task:
    """A chat with this many turns of two messages each."""
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


def tokens(count: int) -> Iterator[str]:
    """The tokens of a long answer with all kinds of Markdown."""
    words = [each for _ in range(1 + count // 600) for each in long_text(24).split(" ")]
    return (f" {word}" for word in words[:count])


def layout_shift(page: Page) -> float:
    """Cumulative layout shift: the worst window of at most 5 s without a 1 s gap (web.dev/articles/cls)."""
    worst = total = 0.0
    first = last = float("-inf")
    for start, value, _ in page.evaluate("window.shifts"):
        if start - last > 1000 or start - first > 5000:
            total, first = 0.0, start
        total, last = total + value, start
        worst = max(worst, total)
    return worst
