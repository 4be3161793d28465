"""The main use in a real browser: ask an agent, watch it work, stop it, try again."""

import re

from playwright.sync_api import Locator, Route, expect

from agentex_web.tasks.models import Message
from tests.support.browser import OpenPage
from tests.support.chat_page import (
    begin,
    box,
    button,
    expect_turn,
    messages,
    open_chat,
    opened,
    own,
    said,
    send,
    wait,
)
from tests.support.model_server import function_call, reasoning, step, text
from tests.support.people import Person
from tests.support.shots import NARROW
from tests.support.stack import Stack

# Records the answer's text after each change.
WATCH_TEXT = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const box = document.querySelector('[data-author="agent"][data-status="streaming"] [data-text]');
    // A page that is opened in the middle has a line break after its last block.
    const text = box?.textContent.trimEnd();
    if (box && text !== window.seen.at(-1)) window.seen.push(text);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_choosing_an_agent_and_a_starter_begins_a_chat_with_it(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Mild, and a little cloudy."), match="weather in Lisbon")
    page = open_page(person)
    page.get_by_role("link", name="Weather Reporter").click()
    expect(page.get_by_role("heading", name="Start with Weather Reporter")).to_be_visible()
    box(page).fill("half a thought of mine")
    button(page, "What is the weather in Lisbon?").click()
    task = opened(page)
    assert task.agent_id == "weather"
    expect(own(page).locator(".plain")).to_have_text(["What is the weather in Lisbon?"])
    expect(said(page)).to_have_text("Mild, and a little cloudy.")
    expect(page.get_by_role("navigation", name="Chats")).to_contain_text("What is the weather in Lisbon?")
    # The starter leaves the draft alone.
    expect(box(page)).to_have_value("")
    page.goto(person.url + "/?agent=weather")
    expect(box(page)).to_have_value("half a thought of mine")


def test_a_message_waits_for_the_agent_that_was_just_chosen(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Mild."), match="to the one I chose")
    page = open_page(person, "/?agent=haiku")
    held: list[Route] = []
    page.route("**/?agent=weather", lambda route: held.append(route))
    with page.expect_request("**/?agent=weather"):
        page.get_by_role("link", name="Weather Reporter").click()
    box(page).fill("to the one I chose")
    box(page).press("Enter")
    expect(box(page)).to_have_value("to the one I chose")
    held.pop().continue_()
    assert opened(page).agent_id == "weather"
    expect(said(page)).to_have_text("Mild.")


def test_typing_and_enter_sends_and_the_box_is_empty_again(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Waves come and go."), match="typed and entered")
    stack.model.script(text("And again."), match="typed once more")
    page = open_page(person, "/?agent=haiku")
    begin(page, "typed and entered")
    expect(said(page)).to_have_text("Waves come and go.")
    expect(messages(page)).to_contain_text("Haiku Assistant")
    held: list[Route] = []
    page.route("**/messages/", lambda route: held.append(route))
    box(page).press_sequentially("typed once more")
    button(page, "Send").click()
    # It shows before the server has answered.
    expect(own(page).last).to_contain_text("typed once more")
    expect(own(page).last).to_have_attribute("data-status", "pending")
    wait(page, lambda: held, "the request")
    assert not Message.objects.filter(content="typed once more").exists()
    held[0].continue_()
    expect(said(page)).to_have_text("And again.")
    expect(box(page)).to_have_value("")
    expect_turn(page, "done")
    expect(own(page).last).to_have_attribute("data-status", "done")
    shown = [each.splitlines() for each in own(page).all_inner_texts()]
    assert [each[:2] for each in shown] == [["You", "typed and entered"], ["You", "typed once more"]]
    # The time, which is seen when one points at the message.
    assert all(re.fullmatch(r"\d\d:\d\d", "\n".join(each[2:])) for each in shown), shown


def test_an_answer_grows_token_by_token(stack: Stack, person: Person, open_page: OpenPage) -> None:
    words = [f"word{number} " for number in range(30)]
    pauses = list(range(3, 30, 3))
    stack.model.script(text("", chunks=words), match="token by token", hold_after=pauses)
    page = open_page(
        person,
        "/?agent=haiku",
        before=lambda page: page.add_init_script(f"addEventListener('DOMContentLoaded', {WATCH_TEXT})"),
    )
    begin(page, "token by token")
    expect(messages(page)).to_have_attribute("data-status", "streaming")
    # The model pauses until the page has shown everything so far.
    for pause in pauses:
        expect(said(page)).to_have_text("".join(words[:pause]).strip())
        expect(button(page, "Stop")).to_be_visible()
        stack.model.release()
    expect_turn(page, "done")
    whole = "".join(words)
    expect(said(page)).to_have_text(whole.strip())
    expect(button(page, "Stop")).to_be_hidden()
    seen: list[str] = page.evaluate("window.seen")
    assert all(whole.startswith(each) for each in seen), seen
    assert seen == sorted(seen, key=len)
    assert len(seen) >= len(pauses), seen


def test_reasoning_streams_in_a_fold_of_its_own(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(reasoning("Let me think it over."), text("Done."), match="reason first", hold_after=3)
    page = open_chat(open_page, person, "haiku", "reason first")
    thought = messages(page, "reasoning")
    expect(thought.get_by_text("Let me think", exact=True)).to_be_visible()
    expect(thought.get_by_text("Thinking…")).to_be_visible()
    expect(messages(page)).to_have_count(0)
    stack.model.release()
    expect(said(page)).to_have_text("Done.")
    expect(thought.get_by_text("Let me think it over.")).to_be_hidden()
    thought.get_by_text("Thought for").click()
    expect(thought.get_by_text("Let me think it over.")).to_be_visible()


def test_a_tool_card_shows_arguments_as_they_come_then_the_result_and_its_time(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script_steps(
        step(function_call("wait_for_file", {"name": "browser"}), hold_after=[1, 3]),
        step(text("It came.")),
        match="use the tool",
    )
    page = open_chat(open_page, person, "slow_tools", "use the tool")
    card = messages(page, "tool_request")
    # Arguments show from their first value on.
    expect_no_arguments(card)
    page.reload()
    expect_no_arguments(card)
    stack.model.release()
    expect(card).to_contain_text("wait_for_file")
    expect(card).to_contain_text("Preparing")
    expect(card.locator("[data-text]")).to_have_text(re.compile(r'^\{"name[^}]*$'))
    stack.model.release()
    expect(card).to_contain_text(re.compile(r"Running \d+ s"))
    preview = card.locator(".tool-preview").first
    expect(preview).to_have_text('{"name": "browser"}')
    expect(preview).to_be_visible()
    (stack.data / "browser.go").touch()
    expect(card).to_contain_text("Done")
    expect(card).to_contain_text(re.compile(r"\d+ (ms|s)"))
    expect(card).to_contain_text("browser came")
    expect(said(page)).to_have_text("It came.")
    expect(messages(page, "tool_request")).to_have_count(1)
    page.set_viewport_size(NARROW)
    expect(preview).to_be_visible()
    place, title = preview.bounding_box(), page.locator(".tool-name").bounding_box()
    # On a phone, the arguments have exactly one line of their own.
    assert place and title and title["height"] <= place["y"] - title["y"] < 2 * title["height"] + 1
    assert place["height"] < 30 and place["width"] > 250
    card.get_by_text("Result").click()
    expect(card.locator("pre").get_by_text("browser came")).to_be_visible()


def expect_no_arguments(card: Locator) -> None:
    expect(card.locator("[data-text]")).to_have_text(re.compile(r'^\{"?$'))
    expect(card.locator("[data-text]")).to_have_css("visibility", "hidden")


def test_a_reader_at_the_end_is_kept_there_and_one_who_scrolled_up_is_left_alone(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    lines = [f"line {number} {'and on ' * 12}\n\n" for number in range(120)]
    stack.model.script(text("", chunks=lines), match="many lines", hold_after=60)
    stack.model.script(text("", chunks=lines), match="as many again", hold_after=60)
    page = open_chat(open_page, person, "haiku", "many lines")
    expect(said(page).get_by_text("line 59 ")).to_be_in_viewport()
    stack.model.release()
    expect_turn(page, "done")
    expect(said(page).get_by_text("line 119 ")).to_be_in_viewport()
    send(page, "as many again")
    expect(said(page).get_by_text("line 59 ")).to_be_in_viewport()
    page.mouse.wheel(0, -1500)
    jump = button(page, "Jump to latest")
    expect(said(page).get_by_text("line 59 ")).not_to_be_in_viewport()
    page.set_viewport_size({"width": 390, "height": 860})
    expect(jump).to_be_hidden()
    top = page.evaluate("scrollY")
    stack.model.release()
    expect(jump).to_be_visible()
    assert abs(page.evaluate("scrollY") - top) < 2
    jump.click()
    expect(said(page).get_by_text("line 119 ")).to_be_in_viewport()
    expect(jump).to_be_hidden()


def test_a_handoff_shows_who_took_over(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script_steps(
        step(function_call("transfer_to_billing_specialist", {})),
        step(text("Your money is on its way.")),
        match="charged me twice",
    )
    page = open_chat(open_page, person, "triage", "You charged me twice")
    told = messages(page, "handoff", "system")
    expect(told).to_have_text(re.compile(r"^\s*Triage handed over to Billing Specialist\s*$"))
    expect(messages(page)).to_contain_text("Billing Specialist")
    expect(said(page)).to_have_text("Your money is on its way.")
