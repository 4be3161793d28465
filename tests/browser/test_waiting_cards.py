"""Cards that wait for a person, in each state: screenshots and accessibility."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, Route, ViewportSize, expect
from pydantic import BaseModel, Field

from agentex_web.tasks.models import Agent, Message, Task, Turn
from agentex_web.waits.models import Decision, Pause, Wait
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import button, wait
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
QUIET = {"bypass_csp": True}


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


def test_approvals_in_each_state(ada: Person, open_page: OpenPage) -> None:
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
    page = open_page(ada, f"/tasks/{task.pk}/", **QUIET)
    expect(button(page, "Approve")).to_have_count(2)
    looked_at(page, "approvals", TALL)
    card = page.locator(f'[data-wait="{first.pk}"]')
    card.get_by_text("Change the arguments").click()
    expect(card.get_by_label("amount")).to_have_value("50")
    looked_at(page, "approval-arguments", TALL, themes=("light",))


def test_of_two_tabs_that_decide_at_once_one_is_told(ada: Person, open_page: OpenPage) -> None:
    task = running_task(ada.user, Agent.objects.get(pk="refunds"), "A refund")
    asked = approval(task, 1)
    one = open_page(ada, f"/tasks/{task.pk}/", faults=False, **QUIET)
    two = open_page(ada, f"/tasks/{task.pk}/", faults=False, **QUIET)
    for each in (one, two):
        expect(button(each, "Approve")).to_be_visible()
    # Both decisions are on their way before either arrives, so neither tab knows of the other's.
    held: list[Route] = []
    for sent, each in enumerate((one, two), 1):
        each.route("**/approvals/*/", lambda route: held.append(route))
        button(each, "Approve").click()
        wait(each, lambda: len(held) == sent, "the decision to be sent")  # noqa: B023  (waited for at once)
    held[0].continue_()
    for each in (one, two):
        expect(each.get_by_text("Approved:")).to_be_visible()
    # The second one's card has already been replaced when the refusal arrives.
    held[1].continue_()
    expect(two.get_by_text("This was already decided by")).to_be_visible()
    expect(one.get_by_text("This was already decided by")).to_have_count(0)
    asked.refresh_from_db()
    assert asked.decision["verdict"] == "approve"
    assert Decision.objects.filter(wait=asked).count() == 1


def test_a_form_with_mistakes(ada: Person, open_page: OpenPage) -> None:
    task = running_task(ada.user, Agent.objects.get(pk="trips"), "A trip")
    form_of(task, Trip, title="Your trip", skippable=True, deadline=timezone.now() + timedelta(minutes=40))
    page = open_page(ada, f"/tasks/{task.pk}/", **QUIET)
    page.evaluate("document.querySelector('.answer-form').noValidate = true")
    page.get_by_label("How many people?").fill("99")
    button(page, "Submit").click()
    expect(page.get_by_role("alert").filter(has_text="Check the fields below")).to_be_visible()
    looked_at(page, "form-errors")


def test_a_paused_chat_and_a_message_that_waits(ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, "weather", "The weather of the week")
    call = called("get_weather", '{"city": "Oslo"}', "call_1", status="streaming", finished_at=None)
    chat.turn("What is the weather in Oslo?", call, status="running")
    chat.turn("And in Bergen, please.", status="queued")
    page = open_page(ada, chat.task.get_absolute_url(), **QUIET)
    expect(button(page, "Send now")).to_be_visible()
    expect(button(page, "Pause")).to_be_visible()
    looked_at(page, "send-now", themes=("light",))
    button(page, "Pause").click()
    expect(page.get_by_text("This chat is paused.")).to_be_visible()
    expect(button(page, "Pause")).to_be_hidden()
    looked_at(page, "paused")
    button(page, "Resume the chat").click()
    expect(page.get_by_text("This chat is paused.")).to_be_hidden()
    expect(button(page, "Pause")).to_be_visible()
    assert not Pause.objects.filter(task=chat.task, paused=True).exists()


def test_undoing_step_by_step(ada: Person, open_page: OpenPage) -> None:
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
    page = open_page(ada, chat.task.get_absolute_url(), **QUIET)
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
    page.reload()
    expect(page.get_by_text("Undo: book train").first).to_be_visible()
    looked_at(page, "undone", themes=("light",))


def test_a_cut_answer(ada: Person, open_page: OpenPage) -> None:
    chat = Chat(ada, title="The tides")
    reason = "The answer reached the model's length limit."
    words = "The moon pulls at the water on its own side, and at the earth more than at the water be"
    cut = {"message": "0", "agent": "Haiku Assistant", "started": 1}
    chat.turn("Why are there two tides a day?", answer(words, status="failed", error=reason), status="failed", error=reason, cut=cut)  # fmt: skip
    page = open_page(ada, chat.task.get_absolute_url(), **QUIET)
    expect(button(page, "Continue")).to_be_visible()
    looked_at(page, "cut-answer")


def test_the_inbox(ada: Person, open_page: OpenPage) -> None:
    page = open_page(ada, "/inbox/", **QUIET)
    expect(page.get_by_text("Nothing is waiting for you.")).to_be_visible()
    looked_at(page, "inbox-empty")
    now = timezone.now()
    refund = running_task(ada.user, Agent.objects.get(pk="refunds"), "The lamp that never came")
    approval(refund, 1, deadline=now + timedelta(days=7))
    trip = running_task(ada.user, Agent.objects.get(pk="trips"), "A few days away")
    form_of(trip, Trip, title="Your trip", skippable=True)
    page.goto(f"{ada.url}/inbox/")
    expect(page.locator("#main").get_by_role("listitem").filter(has_text="A few days away")).to_be_visible()
    looked_at(page, "inbox")
    page.get_by_role("combobox", name="Show").select_option("form")
    expect(
        page.locator("#main").get_by_role("listitem").filter(has_text="The lamp that never came")
    ).to_have_count(0)
    expect(page.get_by_role("combobox", name="Show")).to_have_value("form")
    looked_at(page, "inbox-filtered", themes=("light",))


def test_a_reminder_on_the_page_that_is_looked_at(ada: Person, open_page: OpenPage) -> None:
    task = running_task(ada.user, Agent.objects.get(pk="refunds"), "The lamp that never came")
    approval(task, 1, reminded_at=timezone.now())
    page = open_page(ada, "/", **QUIET)
    page.evaluate("htmx.trigger(document.body, 'inbox-changed')")
    expect(page.get_by_text("Still waiting for you: refund_order")).to_be_visible()
    looked_at(page, "reminder", themes=("light",))
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Still waiting for you: refund_order")).to_be_hidden()
