"""Screenshots of every outcome of a turn, in each theme and width (see tests/support/shots.py).

Screenshots of pages are in tests/browser/test_screenshots.py.
"""

import json
import re
import struct
import zlib
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from agentex_web.rendering.fields import fields_html
from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, messages, turn
from tests.support.chat_rows import Chat, called, returned, system, thought
from tests.support.chat_rows import said as answer
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack

WHY = """The person asks for a rule of thumb, not for a lecture. Two things matter:

1. **what breaks** if the step runs twice, and
2. **who notices** when it does not run at all.

I will answer with the rule, then one example."""
RULE = """Put a step into an **activity** when the world outside would notice it: a payment, a mail, a file.

Everything else can stay in the workflow, because it only *decides* — and a decision can be made again from \
what is recorded."""

TIDE = """It is the moon, mostly. Its pull falls with the *cube* of the distance:

$$
a = \\frac{2 G M r}{d^3}
$$

```python
def pull(mass: float, radius: float, distance: float) -> float:
    return 2 * G * mass * radius / distance**3
```

```mermaid
graph LR
  Moon -->|two thirds| Tide
  Sun -->|one third| Tide
```
"""


@pytest.fixture
def ada(ada: Person) -> Person:
    """Ada with earlier chats."""
    for agent, title in (("haiku", "Write about the sea at night"), ("weather", "Compare Oslo and Nairobi")):
        Chat(ada, agent, title).turn(title, answer("Done."))
    return ada


def show(open_page: OpenPage, person: Person, chat: Chat) -> Page:
    return open_page(person, chat.task.get_absolute_url())


def test_reasoning(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, title="What belongs into an activity?")
    chat.turn("What belongs into an activity, and what into the workflow?", thought(WHY), answer(RULE))
    page = show(open_page, ada, chat)
    page.get_by_text("Thought for").click()
    shoot(page, "reasoning")


def test_code_math_and_a_diagram(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, title="What makes the tide?")
    chat.turn("What makes the tide?", answer(TIDE))
    page = show(open_page, ada, chat)
    expect(messages(page).locator(".diagram img")).to_be_visible()
    expect(messages(page).locator(".katex-display")).to_be_visible()
    shoot(page, "math-and-diagram")


def test_calls_that_wait_for_their_next_attempt(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, "weather", "Do I need an umbrella in Bergen?")
    chat.turn(
        "Do I need an umbrella in Bergen?",
        called("get_weather", '{"city": "Lisbon"}', "call_lisbon", agent_name="Weather Reporter"),
        returned("get_weather", "Lisbon: sunny, 24 °C", "call_lisbon"),
        called(
            "get_weather",
            '{"city": "Bergen"}',
            "call_bergen",
            status="streaming",
            attempt=3,
            error="ConnectionError: the weather service does not answer",
            finished_at=None,
            data={
                "call": "1",
                "status": "in_progress",
                "activity": "2",
                "retry_at": (timezone.now() + timedelta(seconds=48)).isoformat(),
            },
        ),
        status="running",
    )
    # Only staff may enter results manually, unless the agent allows it for everyone.
    ada.user.is_staff = True
    ada.user.save(update_fields=("is_staff",))
    page = show(open_page, ada, chat)
    page.get_by_text("Enter the result manually").click()
    page.get_by_role("textbox", name="Result").fill("Bergen: rainy, 11 °C")
    shoot(page, "attempts")


def test_a_model_that_is_busy(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, title="Write about snow")
    chat.turn(
        "Write about snow",
        status="running",
        attempt=2,
        error="too many requests",
        retry_at=timezone.now() + timedelta(seconds=21),
    )
    page = show(open_page, ada, chat)
    expect(button(page, "Try now")).to_be_visible()
    shoot(page, "busy")


def test_agents_that_are_tools(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    inside = {"data": {"inside": "call_latin"}, "agent_name": "Translator"}
    chat = Chat(ada, "editor", "A motto in Latin")
    chat.turn(
        "Put “the sea remembers” into Latin for our crest",
        called("translate", '{"input": "the sea remembers"}', "call_latin", agent_name="Editor"),
        thought("*Mare* is neuter, and a crest wants few words.", **inside),
        called("look_up", '{"word": "meminit"}', "call_look", **inside),
        returned("look_up", "meminit: he, she or it remembers", "call_look", **inside),
        answer("Mare meminit", **inside),
        returned("translate", "Mare meminit", "call_latin"),
        called("judge", '{"input": "Mare meminit"}', "call_judge", agent_name="Editor"),
        returned("judge", "Short, alliterating, correct.", "call_judge"),
        answer("***Mare meminit.*** Two words, and both begin with the sea.", agent_name="Editor"),
    )
    shoot(show(open_page, ada, chat), "sub-agents")


def test_an_answer_that_a_guardrail_took_back(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    reason = "The answer was withheld by the guardrail no_numbers."
    chat = Chat(ada, "guarded", "The harbour’s gate")
    chat.turn("Who has the key to the gate?", answer("The harbour master has.", agent_name="Guarded"))
    chat.turn("And its code?", system("error", reason, status="failed"), status="failed", error=reason)
    page = show(open_page, ada, chat)
    expect(messages(page, "error", "system")).to_be_visible()
    shoot(page, "guardrail")


def test_versions_and_what_one_thinks_of_them(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, title="A name for the boat")
    words = "A name for the boat, in two words"
    versions = []
    for name in ("Grey Gull", "Patient Star", "Salt Letter"):
        chat.task.head = None
        versions.append(chat.turn(words, answer(f"**{name}** — short, and easy to call across the water.")))
    chat.task.head = versions[1]
    chat.task.save(update_fields=["head"])
    page = show(open_page, ada, chat)
    expect(turn(page).get_by_text("2 / 3")).to_be_visible()
    turn(page).get_by_role("button", name="Details of the answer").click()
    expect(turn(page).get_by_text("Haiku Assistant").last).to_be_visible()
    turn(page).get_by_role("button", name="Good answer").click()
    page.get_by_role("textbox", name="What was good about it?").fill("It sounds like a promise.")
    shoot(page, "versions")


def test_files(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    upload = [
        ada.http.post("/attachments/", files={"file": each}).json()
        for each in (("harbour at night.png", night()), ("logbook.txt", b"Wind from the west.\n" * 80))
    ]
    chat = Chat(ada, title="What happened that night?")
    chat.turn(
        "What happened that night?",
        answer("The wind turned at eleven; the logbook has it, and the picture shows *the swell*."),
        data={"attachments": upload},
    )
    page = show(open_page, ada, chat)
    page.locator("#file-input").set_input_files(
        [
            {"name": "crew.csv", "mimeType": "text/csv", "buffer": b"name,watch\nAda,first\n"},
            {
                "name": "a very long name of a file that tells it all.md",
                "mimeType": "text/plain",
                "buffer": b"#",
            },
        ]
    )
    expect(page.locator('.composer [name="attachments"]')).to_have_count(2)
    box(page).fill("And who was on watch?")
    expect(page.get_by_role("img", name="harbour at night.png")).to_have_js_property("complete", True)
    shoot(page, "attachments")


def night(width: int = 160, height: int = 120) -> bytes:
    """A picture of the sky over the sea, with a moon."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            moon = (x - 112) ** 2 + (y - 34) ** 2 < 13**2
            sea = y > 76
            glint = sea and abs(x - 112) < 4 + (y - 76) // 3 and (x * 7 + y * 3) % 5 < 2
            shade = (30 + y // 2, 48 + y // 2, 84 + y // 2) if not sea else (14, 30 + y // 5, 52 + y // 4)
            rows.extend((250, 240, 205) if moon else (190, 200, 190) if glint else shade)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(rows), 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_structured_answers_and_agents_that_work_in_the_background(
    stack: Stack, ada: Person, open_page: OpenPage
) -> None:
    plan = (
        '{"searches":[{"query":"tide tables Bergen","reason":"When it rises"},{"query":"moon phases 2030"}]}'
    )
    report = json.dumps(
        {
            "title": "Tides of Bergen",
            "verified": True,
            "sources": 3,
            "link": "https://example.com/tides",
            "summary": "The tide rises **1.2 m** at most.\n\n- Spring tides follow the full moon.\n- Neap tides are lower.",
            "stations": [
                {"name": "Bergen", "range_m": 1.2, "open": True},
                {"name": "Stavanger", "range_m": 0.6, "open": False},
            ],
            "questions": ["What about storms?", "Which harbour is the deepest?"],
            "author": {"name": "Ada", "role": "Oceanographer"},
        }
    )
    chat = Chat(ada, title="Tides of Bergen")
    chat.turn(
        "A report on the tides of Bergen",
        thought(plan, agent_name="Planner", html=fields_html(plan), data={"label": "Planner"}),
        thought("Calm.", agent_name="Searcher", data={"label": "Searcher"}),
        answer(report, html=fields_html(report), agent_name="Writer"),
        thought("Fine.", agent_name="Editor", data={"label": "Editor", "checks": True}),
    )
    page = show(open_page, ada, chat)
    # How long the steps took follows if it was a second or more.
    expect(page.get_by_role("button", name=re.compile("^Planner, Searcher"))).to_be_visible()
    expect(turn(page).get_by_text("Checked by Editor")).to_be_visible()
    shoot(page, "structured-answer")
