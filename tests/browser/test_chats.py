"""The chat list and a chat's menu, used with mouse, keyboard, two tabs and a phone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from agentex_web.journal.branches import sibling
from agentex_web.tasks.models import Agent, Folder, Task
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.own_chats import a_chat, aged, another_turn, answer
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("stack")


def chats(person: Person, count: int = 4) -> list[Task]:
    agent = Agent.objects.get(pk="haiku")
    titles = ("Tides and the moon", "A letter to the landlord", "Packing for Iceland", "Names for a cat")
    rows = [a_chat(person.user, titles[number % 4], "Certainly.", agent) for number in range(count)]
    return [aged(task, hours=number * 26) for number, task in enumerate(rows)]


def row(page: Page, task: Task) -> Locator:
    return page.locator(f"#chat-row-{task.pk}")


def open_menu(page: Page, task: Task) -> Locator:
    row(page, task).hover()
    row(page, task).get_by_role("button", name="Chat menu").click()
    menu = page.get_by_role("menu", name="Chat menu")
    expect(menu).to_be_visible()
    return menu


def test_a_chat_is_renamed_in_its_row_and_in_the_bar(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    first, second, *_ = chats(person)
    page = open_page(person, first.get_absolute_url())
    open_menu(page, second).get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Title").fill("Dear landlord")
    page.keyboard.press("Enter")
    expect(row(page, second).locator(".task-title")).to_have_text("Dear landlord")
    until(lambda: Task.objects.get(pk=second.pk).title == "Dear landlord")
    # By keyboard, in the top bar; Escape keeps the title.
    for key, title in (("Escape", "Tides and the moon"), ("Enter", "High water")):
        page.locator("#topbar-menu").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
        page.keyboard.press("Enter")
        page.get_by_role("textbox", name="Title").fill("High water")
        page.keyboard.press(key)
        expect(page.locator("#chat-title")).to_have_text(title)
        expect(page.locator("#topbar-menu")).to_be_focused()
    expect(page).to_have_title("High water · Agentex")
    expect(row(page, first).locator(".task-title")).to_have_text("High water")


def test_a_deleted_chat_leaves_every_tab_and_comes_back(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    first, second, *_ = chats(person)
    page, other = open_page(person, first.get_absolute_url()), open_page(person, second.get_absolute_url())
    # Once the other tab shows this change, its list is connected.
    open_menu(page, first).get_by_role("menuitem", name="Pin", exact=True).click()
    expect(other.locator('[data-group-list="pinned"]').locator(f"#chat-row-{first.pk}")).to_be_visible()
    open_menu(page, second).get_by_role("menuitem", name="Delete").click()
    expect(row(page, second)).to_have_count(0)
    expect(row(other, second)).to_have_count(0)
    expect(other.locator("#connection")).to_have_text("This chat no longer exists.")
    # Undo is also possible after a reload.
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(row(page, second)).to_be_visible()
    expect(row(other, second)).to_be_visible()
    # Deleting the open chat leads to a new one, and can be undone there.
    page.locator("#topbar-menu").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.wait_for_url(f"{stack.url}/")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, first)).to_be_visible()


def test_several_chats_are_moved_and_archived_at_once(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    tasks = chats(person)
    Folder.objects.create(owner=person.user, name="Work")
    page = open_page(person, "/")
    page.get_by_role("button", name="List menu").click()
    page.get_by_role("menuitem", name="Select chats").click()
    for task in tasks[:2]:
        row(page, task).get_by_role("checkbox").check()
    expect(page.get_by_role("toolbar", name="Selected chats")).to_contain_text("2 chats")
    shoot(page, "chats-selecting")
    page.get_by_role("button", name="Move", exact=True).click()
    shoot(page, "chats-folders")
    page.get_by_role("dialog").get_by_role("button", name="Work", exact=True).click()
    folder = page.locator(".chat-folder")
    expect(folder.locator(".folder-count")).to_have_text("2")
    folder.locator("summary").click()
    expect(folder.locator(".chat-row")).to_have_count(2)
    row(page, tasks[2]).get_by_role("checkbox").check()
    page.get_by_role("toolbar").get_by_role("button", name="Archive", exact=True).click()
    expect(row(page, tasks[2])).to_have_count(0)
    page.get_by_role("button", name="List menu").click()
    page.get_by_role("menuitem", name="Archived chats").click()
    expect(row(page, tasks[2])).to_be_visible()
    open_menu(page, tasks[2]).get_by_role("menuitem", name="Unarchive").click()
    expect(row(page, tasks[2])).to_have_count(0)
    page.get_by_role("button", name="Show all").click()
    expect(row(page, tasks[2])).to_be_visible()


def test_the_list_loads_as_one_scrolls_and_can_be_hidden(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    agent = Agent.objects.get(pk="haiku")
    tasks = Task.objects.bulk_create(
        Task(owner=person.user, agent=agent, title=f"Chat {n}") for n in range(70)
    )
    page = open_page(person, tasks[-1].get_absolute_url())
    expect(page.locator(".chat-row")).to_have_count(60)
    page.locator(".more-chats").scroll_into_view_if_needed()
    expect(page.locator(".chat-row")).to_have_count(70)
    expect(page.locator(".more-chats")).to_have_count(0)
    page.get_by_role("button", name="Hide the list of chats").click()
    expect(page.locator("#sidebar")).to_be_hidden()
    page.reload()
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Show the list of chats").click()
    expect(page.locator("#sidebar")).to_be_visible()
    page.get_by_role("button", name="List menu").click()
    page.get_by_role("menuitem", name="Filter chats").click()
    page.get_by_label("Status").select_option("Failed")
    expect(page.locator("#sidebar-tasks")).to_contain_text("No matching chats.")


def test_menus_are_accessible_and_fit_a_phone(stack: Stack, person: Person, open_page: OpenPage) -> None:
    first, *_ = chats(person)
    page = open_page(person, first.get_absolute_url())
    page.locator("#topbar-menu").click()
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    assert_accessible(page, "a chat's menu")
    shoot(page, "chats-menu")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Chats", exact=True).click()
    button = row(page, first).get_by_role("button", name="Chat menu")
    size = button.bounding_box()
    assert size and min(size["width"], size["height"]) >= 44
    button.click()
    expect(page.get_by_role("menuitem", name="Delete")).to_be_in_viewport()
    assert_accessible(page, "a chat's menu in the drawer", [{"width": 390, "height": 844}])


def test_a_search_leads_to_its_message_in_whatever_version(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    agent = Agent.objects.get(pk="haiku")
    task = a_chat(person.user, "First question", "An answer about lighthouses.", agent)
    for number in range(12):
        another_turn(task, f"Question {number}", "Filler. " * 120)
    first = task.turns.get(parent=None)
    first.task = task
    answer(sibling(first, "First question, edited").result.turn, "An answer about windmills.")
    page = open_page(person, "/search/?q=windmill")
    page.locator("#found-messages ~ ul .found").click()
    expect(page.locator("article[data-found]")).to_contain_text("windmills")
    page.goto(f"{stack.url}/search/?q=lighthous")
    shoot(page, "search")
    assert_accessible(page, "the results of a search")
    page.locator("#found-messages ~ ul .found").click()
    found = page.locator("article[data-found]")
    expect(found).to_contain_text("lighthouses")
    expect(found).to_be_in_viewport()


def test_a_chat_is_shared_and_exported_from_its_menu(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    first, *_ = chats(person, 1)
    page = open_page(person, first.get_absolute_url())
    page.locator("#topbar-menu").click()
    page.get_by_role("menuitem", name="Share").click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_role("textbox", name="Link")
    expect(link).to_have_value(re.compile("/share/.{32}/$"))
    assert_accessible(page, "the dialog of a link", [{"width": 390, "height": 844}])
    shoot(page, "chats-share")
    address = link.input_value()
    page.keyboard.press("Escape")
    page.locator("#topbar-menu").click()
    page.get_by_role("menuitem", name="Export").click()
    shoot(page, "chats-export")
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert download.value.suggested_filename.endswith(".md")
    for path, name in ((address, "shared-chat"), ("/shares/", "shared-links"), ("/import/", "import")):
        page.goto(path if path.startswith("http") else stack.url + path)
        assert_accessible(page, name)
        shoot(page, name)
