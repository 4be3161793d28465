"""First impressions: the start page is complete, and tool calls show no fragments."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import OpenPage
from tests.support.chat_page import messages, open_chat, said
from tests.support.environment import AGENTS
from tests.support.model_server import function_call, step, text
from tests.support.people import Person
from tests.support.shots import HIDE
from tests.support.stack import Stack


@pytest.mark.parametrize("width, height", [(1280, 800), (390, 844)])
def test_the_start_page_shows_its_agents_and_starters_at_once(
    stack: Stack, person: Person, open_page: OpenPage, width: int, height: int
) -> None:
    page = open_page(person, "/?agent=haiku", width=width, height=height)
    # Hide the tests' own agents, which are not part of the product.
    page.evaluate(HIDE, [path.stem for path in AGENTS.glob("*.py")])
    assert page.locator(".agent-card").count() == len(list(AGENTS.glob("*.py")))
    composer = page.locator("#composer").bounding_box()
    assert composer
    for name in ("Haiku", "Weather"):
        place = page.locator(".agent-card").filter(has_text=name).first.bounding_box()
        assert place and place["y"] + place["height"] < composer["y"]


def test_arguments_show_from_their_first_value_on(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script_steps(
        step(function_call("wait_for_file", {"name": "first_sight"}), hold_after=1),
        step(text("It came.")),
        match="one fragment",
    )
    page = open_chat(open_page, person, "slow_tools", "one fragment")
    expect_nothing_of(page, r'\{"?')
    page.reload()
    expect_nothing_of(page, r'\{"?')
    stack.model.release()
    shown = messages(page, "tool_request").locator(".tool-preview").first
    expect(shown).to_have_text('{"name": "first_sight"}')
    expect(shown).to_be_visible()
    (stack.data / "first_sight.go").touch()
    expect(said(page)).to_have_text("It came.")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(shown).to_be_visible()
    place, title = shown.bounding_box(), page.locator(".tool-name").bounding_box()
    # The arguments have exactly one line of their own.
    assert place and title and title["height"] <= place["y"] - title["y"] < 2 * title["height"] + 1
    assert place["height"] < 30 and place["width"] > 250


def expect_nothing_of(page: Page, fragment: str) -> None:
    preview = messages(page, "tool_request").locator("[data-text]")
    expect(preview).to_have_text(re.compile(f"^{fragment}$"))
    expect(preview).to_have_css("visibility", "hidden")
