"""Cards that wait for a person, in each state: screenshots and accessibility."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect
from pydantic import BaseModel, Field

from agentex_web.tasks.models import Agent, Message, Task, Turn
from agentex_web.waits.models import Pause, Wait
from agentex_web.watches.models import Notice
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import button
from tests.support.chat_rows import Chat, called, returned
from tests.support.chat_rows import said as answer
from tests.support.people import Person
from tests.support.shots import SIZES, shoot
from tests.support.waiting_rows import form_of, running_task, wait_of

SCHEMA = {
    "properties": {
        "order_number": {"type": "string", "description": "The number of the order, such as A7."},
        "amount": {"type": "integer", "description": "How many whole euros are refunded."},
        "way": {"enum": ["card", "voucher"]},
    }
}
ARGUMENTS = {"order_number": "A7", "amount": 50, "way": "card"}
TALL: tuple[ViewportSize, ...] = ({"width": 1280, "height": 1_600}, {"width": 390, "height": 2_500})
"""Window sizes that show all cards of a chat without scrolling."""


class Trip(BaseModel):
    place: str = Field(title="Where to?", min_length=2)
    day: date = Field(title="When?")
    people: int = Field(default=2, title="How many people?", ge=1, le=12)
    way: Literal["train", "ferry", "plane"] = Field(default="train", title="How?")


def approval(task: Task, number: int, title: str = "refund_order", **fields: Any) -> Wait:
    payload = {
        "tool": title,
        "arguments": ARGUMENTS,
        "type": "function_call",
        "description": "Refund money for an order.",
        "schema": SCHEMA,
    }
    return wait_of(
        task, "approval", number, **{"title": title, "agent_name": "Refund Desk", "payload": payload, **fields}
    )  # fmt: skip


def looked_at(page: Page, name: str, sizes: Sequence[ViewportSize] = SIZES, **more: Any) -> None:
    shoot(page, name, sizes)
    assert_accessible(page, name, sizes, **more)


def test_approvals_timers_and_events_in_each_state(ada: Person, open_page: OpenPage) -> None:
    grace, _ = User.objects.get_or_create(username="grace")
    now = timezone.now()
    task = running_task(ada.user, Agent.objects.get(pk="refunds"), "Three refunds")
    over = {"decided_at": now - timedelta(minutes=5), "decided_by": grace, "status": "decided"}
    changed = {"verdict": "approve", "arguments": {**ARGUMENTS, "amount": 40}}
    approval(task, 1, decision=changed, **over)
    approval(task, 2, "delete_order", decision={"verdict": "reject", "reason": "They want a lamp."}, **over)
    approval(task, 3, "find_customer", decision={"verdict": "answer", "output": "Ada"}, **over)
    approval(task, 4, status="expired", decision={"verdict": "reject"}, decided_at=now, deadline=now)
    approval(task, 5, status="cancelled")
    first = approval(task, 6, deadline=now + timedelta(days=7), reminded_at=now)
    approval(
        task,
        7,
        "pay_everybody",
        people=2,
        deadline=now + timedelta(hours=2),
        otherwise={"verdict": "approve"},
    )
    timer = wait_of(task, "timer", 8, title="Until the figures are there", deadline=now + timedelta(hours=3))
    url = "https://agentex.example/events/WyJhYmMiLCJwYXltZW50Il0:1x:abcdef/"
    wait_of(task, "event", 9, title="Your bank confirms", payload={"name": "payment", "url": url})
    body = {"decided_at": now, "decision": {"body": {"weight": 3}}}
    wait_of(task, "event", 10, payload={"name": "parcel", "url": url}, status="decided", **body)
    wait_of(task, "timer", 11, status="expired", deadline=now - timedelta(hours=3))
    page = open_page(ada, f"/tasks/{task.pk}/")
    expect(button(page, "Approve")).to_have_count(2)
    expect(button(page, "Pause")).to_be_visible()
    expect(
        page.get_by_text("Continues in 2 h 5", exact=False).or_(page.get_by_text("Continues in 3 h"))
    ).to_be_visible()
    shoot(page, "approvals", TALL)
    card = page.locator(f'[data-wait="{first.pk}"]')
    card.get_by_text("Change the arguments").click()
    expect(card.get_by_label("amount")).to_have_value("50")
    looked_at(page, "approval-arguments", TALL)
    page.get_by_role("button", name="Continue now").click()
    expect(page.get_by_text("Continued before the time was up")).to_be_visible()
    assert Wait.objects.get(pk=timer.pk).decision == {"early": True}


def test_a_paused_chat_and_a_message_that_waits(ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, "weather", "The weather of the week")
    call = called("get_weather", '{"city": "Oslo"}', "call_1", status="streaming", finished_at=None)
    chat.turn("What is the weather in Oslo?", call, status="running")
    chat.turn("And in Bergen, please.", status="queued")
    page = open_page(ada, chat.task.get_absolute_url())
    expect(button(page, "Send now")).to_be_visible()
    expect(button(page, "Pause")).to_be_visible()
    shoot(page, "send-now")
    button(page, "Pause").click()
    expect(page.get_by_text("This chat is paused.")).to_be_visible()
    expect(button(page, "Pause")).to_be_hidden()
    expect(button(page, "Send now")).to_be_visible()
    looked_at(page, "paused")
    button(page, "Resume the chat").click()
    expect(page.get_by_text("This chat is paused.")).to_be_hidden()
    expect(button(page, "Pause")).to_be_visible()
    assert not Pause.objects.filter(task=chat.task, paused=True).exists()


def test_undoing_step_by_step_and_a_cut_answer(ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, "trips", "A trip to Bergen")
    done = (
        called("book_train", '{"to": "Bergen"}', "call_1"),
        returned("book_train", "Booked: seat 14", "call_1"),
        called("book_hotel", '{"city": "Bergen"}', "call_2"),
        returned("book_hotel", "Booked: a room with a view", "call_2"),
        called("Undo: book hotel", "", "undo-1"),
        returned("Undo: book hotel", "Cancelled, and paid back.", "undo-1"),
    )
    chat.turn(
        "Book everything for Bergen.",
        *done,
        called("Undo: book train", "", "undo-2", status="streaming", finished_at=None),
        status="running",
        stop_requested=True,
        undo_requested=True,
    )
    page = open_page(ada, chat.task.get_absolute_url())
    expect(page.get_by_text("Stopping and undoing…")).to_be_visible()
    looked_at(page, "undoing")
    turn = chat.task.head
    assert turn is not None
    Message.objects.filter(turn=turn, tool_call_id="undo-2").update(status="done")
    Turn.objects.filter(pk=turn.pk).update(status="interrupted", finished_at=timezone.now())
    row = returned(
        "Undo: book train", "It could not be undone: the train has left.", "undo-2", status="failed"
    )
    Message.objects.create(turn=turn, position="000020000000", author="agent", **row)
    reason = "The answer reached the model's length limit."
    words = "The moon pulls at the water on its own side, and at the earth more than at the water be"
    chat.turn(
        "Why are there two tides a day?",
        answer(words, status="failed", error=reason),
        status="failed",
        error=reason,
        cut={"message": "0", "agent": "Haiku Assistant", "started": 1},
    )
    page.reload()
    expect(page.get_by_text("Undo: book train").first).to_be_visible()
    expect(button(page, "Continue")).to_be_visible()
    looked_at(page, "undone")


def test_the_inbox_reminders_and_news(ada: Person, open_page: OpenPage) -> None:
    page = open_page(ada, "/inbox/")
    expect(page.get_by_text("Nothing is waiting for you.")).to_be_visible()
    looked_at(page, "inbox-empty")
    page.get_by_role("link", name="Schedules").click()
    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()
    now = timezone.now()
    refund = running_task(ada.user, Agent.objects.get(pk="refunds"), "The lamp that never came")
    approval(refund, 1, deadline=now + timedelta(days=7), reminded_at=now)
    trip = running_task(ada.user, Agent.objects.get(pk="trips"), "A few days away")
    form_of(trip, Trip, title="Your trip", skippable=True)
    report = running_task(ada.user, Agent.objects.get(pk="haiku"), "The quarterly report")
    Notice.objects.create(turn=report.head, person=ada.user)
    # The page that is looked at shows them.
    page.evaluate("htmx.trigger(document.body, 'inbox-changed')")
    news = page.locator(".news-item")
    for each in ("Still waiting for you: refund_order", "Working in the background"):
        expect(news.filter(has_text=each)).to_be_visible()
    looked_at(page, "reminder", themes=("light",))
    for each in ("Still waiting for you: refund_order", "Working in the background"):
        news.filter(has_text=each).get_by_role("button", name="Dismiss").click()
        expect(page.get_by_text(each)).to_be_hidden()
    page.locator("#inbox-link").click()
    rows = page.locator("#main").get_by_role("listitem")
    expect(rows.filter(has_text="A few days away")).to_be_visible()
    looked_at(page, "inbox")
    page.get_by_role("combobox", name="Show").select_option("form")
    expect(rows.filter(has_text="The lamp that never came")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Show")).to_have_value("form")
    shoot(page, "inbox-filtered")
