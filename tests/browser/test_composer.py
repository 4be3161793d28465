"""The Message box: naming an agent with "@", the options menu, a new chat's parameters; by keyboard and touch."""

from playwright.sync_api import Page, expect

from agentex_web.preferences.models import Preferences
from agentex_web.tasks.models import Turn
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, expect_turn, messages, open_chat, opened, said, send
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack


def menu(page: Page) -> None:
    button(page, "Answer options").click()


def test_a_chat_begins_with_parameters_and_options(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    Preferences.objects.create(user=ada.user, instructions="Answer in one sentence.")
    stack.model.script(text("Along the harbour."), match="Plan my walk")
    page = open_page(ada, "/?agent=haiku")
    # "@" chooses an agent here, too.
    box(page).press_sequentially("Plan my walk @city")
    expect(page.get_by_role("option", name="City Walks")).to_be_visible()
    box(page).press("Enter")
    expect(page.get_by_role("link", name="City Walks")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("City", exact=True)).to_be_visible()
    expect(box(page)).to_have_value("Plan my walk ")
    send(page, "Plan my walk")
    # The browser asks for the missing field, and nothing is sent.
    expect(page.get_by_label("City", exact=True)).to_be_focused()
    expect(box(page)).to_have_value("Plan my walk")
    shoot(page, "parameters")
    page.get_by_label("City", exact=True).fill("Bergen")
    page.get_by_label("brisk").check()
    menu(page)
    expect(page.get_by_text("Your custom instructions apply.")).to_be_visible()
    page.get_by_label("Model").select_option("Thorough")
    page.get_by_label("Temperature").fill("0.3")
    page.get_by_label("Find cafes").uncheck()
    expect(button(page, "Answer options")).to_have_text("Thorough · temperature 0.3 · 1 tool off")
    shoot(page, "options")
    assert_accessible(page, "the options of a new chat")
    page.keyboard.press("Escape")
    box(page).press("Enter")
    task = opened(page)
    expect_turn(page, "done")
    expect(page.locator("[data-parameters]")).to_contain_text("Bergen")
    expect(messages(page).last.locator(".message-author")).to_have_text("City Walks")
    expect(button(page, "Answer options")).to_have_text("Thorough · temperature 0.3 · 1 tool off")
    assert task.parameters == {"city": "Bergen", "hours": 2, "pace": "brisk"}
    asked = stack.model.requests("Plan my walk")[-1]["body"]
    assert (asked["model"], asked["temperature"]) == ("gpt-5", 0.3)
    assert [each["name"] for each in asked["tools"]] == ["find_sights"]
    assert asked["instructions"].startswith("You plan a brisk walk of 2 hours in Bergen.")
    assert asked["instructions"].endswith("Answer in one sentence.")
    page.reload()
    expect(button(page, "Answer options")).to_have_text("Thorough · temperature 0.3 · 1 tool off")
    shoot(page, "parameters-in-chat")
    assert_accessible(page, "a chat with parameters")


def test_another_agent_is_named_and_the_next_turn_goes_to_it(
    stack: Stack, ada: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Sea, and more sea."), match="about the sea")
    page = open_chat(open_page, ada, "haiku", "Write about the sea")
    expect_turn(page, "done")
    box(page).press_sequentially("@wea")
    options = page.get_by_role("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("Weather Reporter")
    shoot(page, "mention")
    box(page).press("Enter")
    expect(page.get_by_text("@Weather Reporter")).to_be_visible()
    expect(box(page)).to_have_value("")
    # A draft keeps the agent that it is addressed to.
    box(page).press_sequentially("And how is it there?")
    page.reload()
    expect(page.get_by_text("@Weather Reporter")).to_be_visible()
    shoot(page, "mentioned")
    stack.model.script(text("Windy."), match="how is it there")
    box(page).press("Enter")
    expect(messages(page, "handoff", "user")).to_have_text("You handed over to Weather Reporter")
    expect_turn(page, "done")
    expect(said(page)).to_have_text("Windy.")
    expect(page.locator(".topbar-agent")).to_contain_text("Weather Reporter")
    expect(box(page)).to_have_attribute("placeholder", "Write to Weather Reporter")
    expect(page.get_by_text("@Weather Reporter")).to_have_count(0)
    asked = stack.model.requests("how is it there")[-1]["body"]
    assert "Sea, and more sea." in str(asked["input"])
    assert "weather reporter" in asked["instructions"]
    stack.model.script(text("Still windy."), match="And now?")
    send(page, "And now?")
    expect(said(page)).to_have_text("Still windy.")
    shoot(page, "handoff-by-person")
    agents = [each.choices.get("agent") for each in Turn.objects.filter(task__owner=ada.user)]
    assert agents == [None, "weather", "weather"]


def test_an_agent_is_named_by_touch(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    stack.model.script(text("A haiku."), match="by touch")
    task = ada.begin("haiku", "by touch")
    page = open_page(
        ada, task.get_absolute_url(), width=390, height=844, has_touch=True, is_mobile=True,
    )  # fmt: skip
    expect_turn(page, "done")
    box(page).press_sequentially("@wea")
    expect(page.get_by_role("option")).to_have_count(1)
    assert_accessible(page, "the agents that @ offers")
    page.get_by_role("option", name="Weather Reporter").tap()
    expect(page.get_by_text("@Weather Reporter")).to_be_visible()
    button(page, "Do not hand over to Weather Reporter").tap()
    expect(page.get_by_text("@Weather Reporter")).to_have_count(0)
