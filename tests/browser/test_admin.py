"""The admin in a real browser: axe finds nothing, and every task is shown with its turns and messages in order.

What the lists and pages contain is in tests/unit/oversight, who sees them in tests/web/walk_table.txt.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from agentex_web.tasks.models import Task
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.model_server import function_call, http_error, reasoning, step, text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.shots import assert_within_the_page
from tests.support.stack import Stack


@pytest.fixture
def chief(stack: Stack) -> Iterator[Person]:
    """A person who may use the admin."""
    with new_person(stack.url, is_staff=True, is_superuser=True) as somebody:
        yield somebody


@pytest.fixture
def task(stack: Stack, person: Person) -> Task:
    """A task with two turns: one with a tool, one failed."""
    stack.model.script_steps(
        step(reasoning("I look it up."), function_call("get_weather", {"city": "Oslo"})),
        step(text("Windy in Oslo.")),
        match="umbrella in Oslo",
    )
    stack.model.script(match="ladder in Oslo", fault=http_error(400, message="No."))
    begun = person.begin("weather", "Do I need an umbrella in Oslo?")
    ended(last_turn(begun))
    ended(person.send(begun, "Or a ladder in Oslo?"))
    return begun


def rows(page: Page) -> Locator:
    return page.locator("#result_list tbody tr")


def look_at(page: Page, name: str) -> None:
    expect(page.get_by_text("Loading…")).to_have_count(0)
    assert_within_the_page(page, name)
    assert_accessible(page, f"the admin's {name}")


def test_from_the_overview_to_a_task_that_is_found_and_ended(
    person: Person, chief: Person, task: Task, open_page: OpenPage
) -> None:
    page = open_page(chief, "/admin/")
    expect(page.locator("#site-name")).to_have_text("Agentex Web")
    assert page.request.get(f"{person.url}/favicon.ico").headers["content-type"] == "image/svg+xml"
    look_at(page, "overview")
    page.goto(f"{person.url}/admin/tasks/task/?q={person.user.username}")
    page.locator("#searchbar").fill("Windy in Oslo")
    page.get_by_role("button", name="Search").click()
    expect(rows(page).filter(has_text=person.user.username)).to_have_count(1)
    expect(rows(page).first).to_contain_text("Do I need an umbrella in Oslo?")
    look_at(page, "tasks")
    rows(page).first.locator(".action-select").check()
    page.locator("select[name=action]").select_option(label="End")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("The agent stops, and the chat accepts no more messages.")).to_be_visible()
    page.get_by_role("button", name="End").click()
    expect(page.get_by_text("End: 1 task.")).to_be_visible()
    expect(rows(page).filter(has_text=person.user.username).first).to_contain_text("Ended")
    turn = task.turns.earliest("created_at")
    for name, path in (("messages", f"tasks/message/?q={turn.pk}"), ("log", "admin/logentry/")):
        page.goto(f"{person.url}/admin/{path}")
        look_at(page, name)


def test_a_task_shows_its_turns_and_a_turn_its_messages_in_order(
    stack: Stack, chief: Person, task: Task, open_page: OpenPage
) -> None:
    page = open_page(chief, f"/admin/tasks/task/{task.pk}/change/")
    turns = page.locator("#turns tbody tr")
    expect(turns).to_have_count(2)
    expect(turns.nth(0)).to_contain_text("Do I need an umbrella in Oslo?")
    expect(turns.nth(0).locator(".field-status")).to_have_text("Done")
    expect(turns.nth(1)).to_contain_text("Or a ladder in Oslo?")
    expect(turns.nth(1).locator(".field-status")).to_have_text("Failed")
    expect(turns.nth(1).locator(".field-error")).to_have_text(last_turn(task).error)
    # The conversation looks as in the chat, with the chat's markup and styles.
    conversation = page.locator("[data-conversation]")
    expect(conversation.locator("article[data-author=agent][data-kind=text]").first).to_contain_text(
        "Windy in Oslo."
    )
    expect(conversation.get_by_role("button", name="Retry")).to_be_hidden()
    look_at(page, "task")
    address = page.get_by_role("link", name="Open workflow").get_attribute("href") or ""
    assert address.endswith(f"/namespaces/default/workflows/{task.workflow_id}")
    workflow = page.request.get(address)
    assert workflow.ok and "<html" in workflow.text()
    turns.nth(0).get_by_role("link", name="View").click()
    messages = page.locator("#messages tbody tr")
    expect(messages.locator(".field-kind")).to_have_text(
        [re.compile(kind) for kind in ("Text", "Reasoning", "Tool Request", "Tool Response", "Text")]
    )
    expect(messages.nth(2)).to_contain_text("get_weather")
    look_at(page, "turn")
    page.locator("details.json summary").first.click()
    expect(page.locator("details.json .tree").first).to_contain_text("keys")
    page.go_back()
    page.get_by_role("button", name="Delete").click()
    look_at(page, "deletion")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Open chat").click()
    expect(page).to_have_url(f"{stack.url}{task.get_absolute_url()}")
