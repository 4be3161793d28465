"""Schedules in a browser: the form shows the fields that it needs, and screenshots of every state."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from playwright.sync_api import expect

from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.tasks.models import Agent
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_rows import Chat
from tests.support.people import Person
from tests.support.shots import shoot

PROMPT = (
    "What is the weather in Lisbon, Oslo and Nairobi?\nBegin with the warmest city, and say what to wear."
)


def made(person: Person, name: str, cadence: str, cron: str, **fields: object) -> Schedule:
    given = {
        "agent": Agent.objects.get(pk="weather"),
        "prompt": PROMPT,
        "time_zone": "Europe/Berlin",
        **fields,
    }
    return Schedule.objects.create(owner=person.user, name=name, cadence=cadence, cron=cron, **given)


def test_every_state_of_a_schedule(ada: Person, open_page: OpenPage) -> None:
    page = open_page(ada, "/schedules/")
    # Without schedules the page says what they are.
    shoot(page, "schedules-empty")
    page.get_by_role("link", name="New schedule").click()
    page.get_by_role("button", name="Create schedule").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    shoot(page, "schedule-form-errors", whole=True)
    gone = Agent.objects.create(
        name="gone-reporter", title="Old Reporter", workflow="w", task_queue="nobody", available=False,
        seen_at=timezone.now(),
    )  # fmt: skip
    daily = made(ada, "Weather for the team", "weekdays", "30 8 * * 1-5")
    made(ada, "Monthly summary of the invoices", "monthly", "0 9 1 * *", paused=True)
    made(ada, "Reminder of the move", "once", "", once_at=timezone.now() - timedelta(days=3))
    made(ada, "Press review", "hourly", "5 * * * *", agent=gone)
    chat = Chat(ada, "weather", title="Weather for the team")
    chat.turn("What is the weather?", {"author": "agent", "content": "Sunny."})
    now = datetime.now(UTC)
    ScheduledRun.objects.create(schedule=daily, due_at=now - timedelta(hours=3), task=chat.task)
    ScheduledRun.objects.create(schedule=daily, due_at=now - timedelta(hours=27), skipped=True)
    ScheduledRun.objects.create(
        schedule=daily, due_at=now - timedelta(hours=51), error="The agent no longer exists.", by_hand=True
    )
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Schedules").click()
    expect(page.locator(".schedule-row")).to_have_count(4)
    shoot(page, "schedules")
    assert_accessible(page, "the list")
    page.locator(".schedule-row", has_text="Weather for the team").click()
    page.get_by_role("button", name="Skip", exact=True).first.click()
    expect(page.get_by_role("button", name="Do not skip")).to_be_visible()
    shoot(page, "schedule", whole=True)
    assert_accessible(page, "a schedule")
    page.get_by_role("link", name="Edit").click()
    expect(page.locator("#next-runs li")).to_have_count(3)
    shoot(page, "schedule-form", whole=True)
    assert_accessible(page, "the form")
    page.get_by_label("When", exact=True).select_option("weekly")
    expect(page.get_by_label("Monday")).to_be_visible()
    expect(page.get_by_label("Cron expression")).to_be_hidden()
    page.get_by_label("Tuesday").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Every Monday", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    shoot(page, "schedule-delete")
    page.get_by_role("button", name="Delete schedule").click()
    expect(page.get_by_text("was deleted")).to_be_visible()
    Schedule.objects.filter(agent=gone).delete()
    gone.delete()
