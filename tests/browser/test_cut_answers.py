"""An answer that was cut at the length limit continues in the same message, in every tab."""

from playwright.sync_api import Page, expect

from agentex_web.tasks.models import Task
from tests.support.browser import OpenPage
from tests.support.chat_page import button, expect_turn, messages, open_chat, said, send
from tests.support.model_server import incomplete, text
from tests.support.people import Person, last_turn
from tests.support.stack import Stack

ASKED = "Go on exactly where it stopped"
FIRST = "one two three four five six seven eight nine ten eleven"


def shown(page: Page) -> str:
    """The markup of the agent's only message."""
    expect(messages(page)).to_have_count(1)
    return said(page).inner_html()


def test_it_goes_on_in_both_tabs_and_only_once(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text(f"{FIRST} gone"), match="count, please", fault=incomplete(11))
    stack.model.script(text("nine ten eleven twelve. And **more**"), match=ASKED, hold_after=5)
    page = open_chat(open_page, person, "haiku", "count, please")
    expect_turn(page, "failed")
    other = open_page(person, page.url.removeprefix(person.url))
    expect(button(other, "Continue")).to_be_visible()
    expect(button(page, "Retry")).to_be_visible()
    # Click in both tabs at once: the second finds that the answer already continues, and shows no error. On a slow
    # machine its button has gone by then.
    for each in (page, other):
        each.evaluate("document.querySelector('.continue button')?.click()")
    for each in (page, other):
        expect(said(each)).to_have_text(f"{FIRST} twelve.")
        expect(button(each, "Stop")).to_be_visible()
    other.reload()
    expect(said(other)).to_have_text(f"{FIRST} twelve.")
    stack.model.release(ASKED)
    for each in (page, other):
        expect_turn(each, "done")
        expect(said(each)).to_have_text(f"{FIRST} twelve. And more")
        expect(button(each, "Continue")).to_have_count(0)
    live = shown(page)
    page.reload()
    assert shown(page) == live == shown(other)
    turn = last_turn(Task.objects.get(pk=page.url.split("/")[-2]))
    assert turn.usage["output"] > 11 and turn.continued == 1
    stack.model.script(text("Yes."), match="was that all")
    send(page, "was that all")
    expect(said(page)).to_have_text("Yes.")
    asked = stack.model.requests("was that all")[-1]["body"]["input"]
    assert [item["role"] for item in asked] == ["user", "assistant", "user"]
    assert asked[1]["content"][0]["text"] == f"{FIRST} twelve. And **more**"
    expect(button(page, "Continue")).to_have_count(0)


def test_a_stop_keeps_what_came_and_it_goes_on_again(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text(f"{FIRST} gone"), match="count and stop", fault=incomplete(11))
    stack.model.script(text(" twelve and so on"), match=ASKED, hold_after=1)
    page = open_chat(open_page, person, "haiku", "count and stop")
    button(page, "Continue").click()
    expect(said(page)).to_have_text(f"{FIRST} twelve")
    button(page, "Stop").click()
    expect_turn(page, "interrupted")
    expect(said(page)).to_have_text(f"{FIRST} twelve")
    stack.model.script(text(" again and so on"), match=ASKED, fault=incomplete(1))
    button(page, "Continue").click()
    expect_turn(page, "failed")
    expect(said(page)).to_have_text(f"{FIRST} twelve again")
    stack.model.script(text(" to the end."), match=ASKED)
    page.reload()
    button(page, "Continue").click()
    expect_turn(page, "done")
    expect(said(page)).to_have_text(f"{FIRST} twelve again to the end.")
