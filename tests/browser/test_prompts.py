"""Typing "/" in the Message box offers prompts; Tab selects the next placeholder."""

from playwright.sync_api import expect

from agentex_web.prompts.models import Prompt
from tests.support.browser import OpenPage
from tests.support.chat_page import box
from tests.support.people import Person


def test_a_prompt_is_chosen_and_filled_in(person: Person, open_page: OpenPage) -> None:
    for title, words in (("Weather", "The weather in {{city}} on {{day}}?"), ("Write-up", "Write it up.")):
        Prompt.objects.create(owner=person.user, title=title, text=words)
    page = open_page(person)
    box(page).press_sequentially("/w")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    box(page).press_sequentially("ea")
    expect(options).to_have_count(1)
    box(page).press("Enter")
    expect(options).to_have_count(0)
    page.keyboard.type("Oslo")
    page.keyboard.press("Tab")
    page.keyboard.type("Monday")
    expect(box(page)).to_have_value("The weather in Oslo on Monday?")
