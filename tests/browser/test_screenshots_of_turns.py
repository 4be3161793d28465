"""Every outcome of a turn, in each theme and width (see tests/support/shots.py).

For its screenshots each state has a chat of its own. Otherwise one chat has them all: how wide a turn is does not depend
on the others. Screenshots of pages are in tests/browser/test_screenshots.py.
"""

import json
import re
import struct
import zlib
from collections.abc import Callable
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
from tests.support.shots import KEEP, shoot

Look = Callable[[Page], object]
"""Opens what is closed in a state, and waits for what is loaded."""

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


def reasoning(ada: Person, chat: Chat) -> Look:
    chat.turn("What belongs into an activity, and what into the workflow?", thought(WHY), answer(RULE))
    return lambda page: page.get_by_text("Thought for").first.click()


def math_and_diagram(ada: Person, chat: Chat) -> Look:
    chat.turn("What makes the tide?", answer(TIDE))

    def look(page: Page) -> None:
        expect(messages(page).locator(".diagram img")).to_be_visible()
        expect(messages(page).locator(".katex-display")).to_be_visible()

    return look


def sub_agents(ada: Person, chat: Chat) -> Look:
    inside = {"data": {"inside": "call_latin"}, "agent_name": "Translator"}
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
    return lambda page: expect(page.get_by_text("Two words, and both begin")).to_be_visible()


def guardrail(ada: Person, chat: Chat) -> Look:
    reason = "The answer was withheld by the guardrail no_numbers."
    chat.turn("Who has the key to the gate?", answer("The harbour master has.", agent_name="Guarded"))
    chat.turn("And its code?", system("error", reason, status="failed"), status="failed", error=reason)
    return lambda page: expect(messages(page, "error", "system").first).to_be_visible()


def versions(ada: Person, chat: Chat) -> Look:
    words = "A name for the boat, in two words"
    before, turns = chat.task.head, []
    for name in ("Grey Gull", "Patient Star", "Salt Letter"):
        chat.task.head = before
        turns.append(chat.turn(words, answer(f"**{name}** — short, and easy to call across the water.")))
    chat.task.head = turns[1]
    chat.task.save(update_fields=["head"])

    def look(page: Page) -> None:
        shown = page.locator("[data-turn-id]", has_text=words)
        expect(shown.get_by_text("2 / 3")).to_be_visible()
        shown.get_by_role("button", name="Details of the answer").click()
        expect(shown.get_by_text("Haiku Assistant").last).to_be_visible()
        shown.get_by_role("button", name="Good answer").click()
        page.get_by_role("textbox", name="What was good about it?").fill("It sounds like a promise.")

    return look


def attachments(ada: Person, chat: Chat) -> Look:
    upload = [
        ada.http.post("/attachments/", files={"file": each}).json()
        for each in (("harbour at night.png", night()), ("logbook.txt", b"Wind from the west.\n" * 80))
    ]
    chat.turn(
        "What happened that night?",
        answer("The wind turned at eleven; the logbook has it, and the picture shows *the swell*."),
        data={"attachments": upload},
    )
    crew = {"name": "crew.csv", "mimeType": "text/csv", "buffer": b"name,watch\nAda,first\n"}
    long = {
        "name": "a very long name of a file that tells it all.md",
        "mimeType": "text/plain",
        "buffer": b"#",
    }

    def look(page: Page) -> None:
        page.locator("#file-input").set_input_files([crew, long])
        expect(page.locator('.composer [name="attachments"]')).to_have_count(2)
        box(page).fill("And who was on watch?")
        expect(page.get_by_role("img", name="harbour at night.png")).to_have_js_property("complete", True)

    return look


def structured_answer(ada: Person, chat: Chat) -> Look:
    """An answer in fields, after agents that worked in the background."""
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
    chat.turn(
        "A report on the tides of Bergen",
        thought(plan, agent_name="Planner", html=fields_html(plan), data={"label": "Planner"}),
        thought("Calm.", agent_name="Searcher", data={"label": "Searcher"}),
        answer(report, html=fields_html(report), agent_name="Writer"),
        thought("Fine.", agent_name="Editor", data={"label": "Editor", "checks": True}),
    )

    def look(page: Page) -> None:
        # How long the steps took follows if it was a second or more.
        expect(page.get_by_role("button", name=re.compile("^Planner, Searcher"))).to_be_visible()
        expect(page.get_by_text("Checked by Editor")).to_be_visible()

    return look


def handoff(ada: Person, chat: Chat) -> Look:
    chat.turn(
        "I was charged twice for my order",
        system("handoff", "", data={"from": "Triage", "to": "Billing Specialist"}),
        answer("Your money is on its way.", agent_name="Billing Specialist"),
    )
    return lambda page: expect(messages(page, "handoff", "system")).to_be_visible()


def failed(ada: Person, chat: Chat) -> Look:
    reason = "The model's server refused the key: Incorrect API key provided."
    chat.turn("Explain the tides", system("error", reason, status="failed"), status="failed", error=reason)
    return lambda page: expect(button(page, "Retry").last).to_be_visible()


def stopped(ada: Person, chat: Chat) -> Look:
    words = answer("An old pond lies still.\nA frog leaps", status="interrupted")
    chat.turn("A haiku about an old pond", words, status="interrupted")
    return lambda page: expect(page.locator('[data-turn-id][data-status="interrupted"]')).to_be_visible()


def attempts(ada: Person, chat: Chat) -> Look:
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

    def look(page: Page) -> None:
        page.get_by_text("Enter the result manually").click()
        page.get_by_role("textbox", name="Result").fill("Bergen: rainy, 11 °C")

    return look


def busy(ada: Person, chat: Chat) -> Look:
    chat.turn(
        "Write about snow",
        status="running",
        attempt=2,
        error="too many requests",
        retry_at=timezone.now() + timedelta(seconds=21),
    )
    return lambda page: expect(button(page, "Try now").last).to_be_visible()


def queued(ada: Person, chat: Chat) -> Look:
    words = answer("Autumn moonlight —\na worm digs", status="streaming", finished_at=None)
    chat.turn("Then one about the autumn moon", words, status="running")
    chat.turn("And then one about snow, please", status="queued")

    def look(page: Page) -> None:
        expect(turn(page)).to_contain_text("Queued")
        box(page).fill("While I wait, I can go on writing")

    return look


State = tuple[str, str, Callable[[Person, Chat], Look]]
AT_REST: dict[str, State] = {
    "reasoning": ("haiku", "What belongs into an activity?", reasoning),
    "math-and-diagram": ("haiku", "What makes the tide?", math_and_diagram),
    "sub-agents": ("editor", "A motto in Latin", sub_agents),
    "guardrail": ("guarded", "The harbour’s gate", guardrail),
    "versions": ("haiku", "A name for the boat", versions),
    "structured-answer": ("haiku", "Tides of Bergen", structured_answer),
    "handoff": ("triage", "I was charged twice for my order", handoff),
    "failed": ("haiku", "Explain the tides", failed),
    "stopped": ("haiku", "A haiku about an old pond", stopped),
    "attachments": ("haiku", "What happened that night?", attachments),
}
AT_WORK: dict[str, State] = {
    "attempts": ("weather", "Do I need an umbrella in Bergen?", attempts),
    "busy": ("haiku", "Write about snow", busy),
    "queued": ("haiku", "A haiku about an old pond", queued),
}


@pytest.mark.parametrize("states", [AT_REST, AT_WORK], ids=["at rest", "at work"])
def test_every_outcome_of_a_turn(ada: Person, open_page: OpenPage, states: dict[str, State]) -> None:
    for agent, title in (("haiku", "Write about the sea at night"), ("weather", "Compare Oslo and Nairobi")):
        Chat(ada, agent, title).turn(title, answer("Done."))
    for chosen in [{name: state} for name, state in states.items()] if KEEP else [states]:
        agent, title, _ = next(iter(chosen.values()))
        chat = Chat(ada, agent, title)
        looks = [state(ada, chat) for _, _, state in chosen.values()]
        page = open_page(ada, chat.task.get_absolute_url())
        for look in looks:
            look(page)
        shoot(page, " ".join(chosen))


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
