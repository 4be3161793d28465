"""The admin in a real browser shows every task with its turns and messages in order."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from agentex_web.tasks.models import Task, Turn
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


def search(page: Page, words: str) -> None:
    page.locator("#searchbar").fill(words)
    page.get_by_role("button", name="Search").click()


def test_a_task_is_found_by_what_was_said_and_by_its_agent(
    stack: Stack, person: Person, chief: Person, task: Task, open_page: OpenPage
) -> None:
    other = person.begin("haiku", "A chat of another agent")
    ended(last_turn(other))
    page = open_page(chief, "/admin/tasks/task/")
    expect(page.locator("#site-name")).to_have_text("Agentex Web")
    assert page.request.get(f"{person.url}/favicon.ico").headers["content-type"] == "image/svg+xml"
    expect(page.locator("#changelist-filter")).to_contain_text("By status")
    search(page, "Windy in Oslo")
    expect(rows(page).filter(has_text=person.user.username)).to_have_count(1)
    expect(rows(page).first).to_contain_text("Do I need an umbrella in Oslo?")
    search(page, person.user.username)
    expect(rows(page)).to_have_count(2)
    page.locator("#changelist-filter").get_by_role("link", name="Haiku Assistant").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("A chat of another agent")


def test_a_task_shows_its_turns_and_a_turn_its_messages_in_order(
    chief: Person, task: Task, open_page: OpenPage
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
    turns.nth(0).get_by_role("link", name="View").click()
    messages = page.locator("#messages tbody tr")
    expect(messages.locator(".field-kind")).to_have_text(
        [re.compile(kind) for kind in ("Text", "Reasoning", "Tool Request", "Tool Response", "Text")]
    )
    expect(messages.nth(2)).to_contain_text("get_weather")
    page.locator("details.json summary").first.click()
    expect(page.locator("details.json .tree").first).to_contain_text("keys")


def test_many_tasks_are_ended_after_it_was_said_what_happens(
    stack: Stack, person: Person, chief: Person, task: Task, open_page: OpenPage
) -> None:
    page = open_page(chief, f"/admin/tasks/task/?q={person.user.username}")
    rows(page).first.locator(".action-select").check()
    page.locator("select[name=action]").select_option(label="End")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("The agent stops, and the chat accepts no more messages.")).to_be_visible()
    page.get_by_role("button", name="End").click()
    expect(page.get_by_text("End: 1 task.")).to_be_visible()
    expect(rows(page).filter(has_text=person.user.username).first).to_contain_text("Ended")
    page.goto(f"{stack.url}/admin/tasks/task/{task.pk}/change/")
    expect(page.locator(".log")).to_contain_text("Ended.")


def test_the_pages_are_usable_by_all(chief: Person, task: Task, open_page: OpenPage) -> None:
    turn = task.turns.earliest("created_at")
    page = open_page(chief, "/admin/", bypass_csp=True)
    for name, path in (
        ("overview", "/admin/"),
        ("tasks", f"/admin/tasks/task/?q={task.owner.get_username()}"),
        ("task", f"/admin/tasks/task/{task.pk}/change/"),
        ("turn", f"/admin/tasks/turn/{turn.pk}/change/"),
        ("messages", f"/admin/tasks/message/?q={turn.pk}"),
        ("log", "/admin/admin/logentry/"),
    ):
        page.goto(chief.url + path)
        expect(page.get_by_text("Loading…")).to_have_count(0)
        assert_within_the_page(page, name)
        assert_accessible(page, f"the admin's {name}")
    page.goto(f"{chief.url}/admin/tasks/task/{task.pk}/change/")
    page.get_by_role("button", name="Delete").click()
    assert_accessible(page, "what a deletion does")


def test_a_task_links_to_its_chat_and_to_its_workflow(
    stack: Stack, chief: Person, task: Task, open_page: OpenPage
) -> None:
    page = open_page(chief, f"/admin/tasks/task/{task.pk}/change/")
    workflow = page.get_by_role("link", name="Open workflow")
    address = workflow.get_attribute("href") or ""
    assert address.endswith(f"/namespaces/default/workflows/{task.workflow_id}")
    answer = page.request.get(address)
    assert answer.ok and "<html" in answer.text()
    page.get_by_role("link", name="Open chat").click()
    expect(page).to_have_url(f"{stack.url}{task.get_absolute_url()}")


def test_somebody_without_rights_does_not_see_the_admin(
    person: Person, task: Task, open_page: OpenPage
) -> None:
    page = open_page(person, f"/admin/tasks/task/{task.pk}/change/")
    expect(page.get_by_text("umbrella")).to_have_count(0)
    assert "/login/" in page.url


def test_a_file_is_told_of_and_its_address_not(
    stack: Stack, person: Person, chief: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Read."), match="a file for the admin")
    body = ("<b>so</b> " + "x" * 3_000).encode()
    sent = person.http.post("/attachments/", files={"file": ("notes.txt", body)})
    data = {
        "id": str(uuid.uuid4()),
        "agent": "haiku",
        "content": "a file for the admin",
        "attachments": [sent.json()["id"]],
    }
    person.http.post("/tasks/", data=data)
    task = person.user.tasks.get()
    ended(last_turn(task))
    page = open_page(chief, "/admin/tasks/attachment/")
    expect(rows(page).first).to_contain_text("2.9\xa0KB")
    rows(page).first.get_by_role("link", name="notes.txt").click()
    for words in ("notes.txt", "2.9\xa0KB", person.user.username):
        expect(page.locator("#attachment_form")).to_contain_text(words)
    preview = page.locator(".field-preview .readonly").text_content() or ""
    assert preview == body.decode()[:2_000] + "…"
    addresses = [link.get_attribute("href") for link in page.locator("#attachment_form a").all()]
    owner, message, chat, *others = addresses
    assert owner == f"/admin/auth/user/{person.user.pk}/change/"
    assert (message, chat) == (f"/admin/tasks/message/{last_turn(task).pk}/change/", task.get_absolute_url())
    assert not [each for each in others if each and each.startswith("/attachments/")]


def test_turns_are_listed_as_people_read_them(chief: Person, task: Task, open_page: OpenPage) -> None:
    Turn.objects.filter(pk=last_turn(task).pk).update(usage={"input": 1234, "output": 56})
    page = open_page(chief, "/admin/tasks/turn/")
    row = rows(page).filter(has_text="Or a ladder in Oslo?").first
    expect(row).to_contain_text("1,234 in, 56 out")
    shown = row.locator(".field-took").inner_text()
    assert re.fullmatch(r"\d+(\.\d)? (ms|s)", shown)
    statuses = page.locator("#changelist-filter .filter").first.locator("li")
    expect(statuses).to_have_text(
        ["All", "Pending", "Queued", "Running", "Done", "Interrupted", "Failed", "Withdrawn"]
    )
    statuses.get_by_role("link", name="Failed").click()
    expect(rows(page).first).to_contain_text("Or a ladder in Oslo?")
