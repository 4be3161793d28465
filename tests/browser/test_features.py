"""Answering again, editing, switching versions and feedback in a real browser, by mouse and keyboard."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, expect

from agentex_web.journal.record import record
from agentex_web.journal.suggesting import suggest
from agentex_web.suggestions.models import Suggestions
from agentex_web.tasks.models import Feedback, Message
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
    turn,
    wait,
)
from tests.support.chat_rows import Chat
from tests.support.chat_rows import said as answered
from tests.support.model_server import text
from tests.support.people import Person, last_turn
from tests.support.stack import Stack


def act(page: Page, name: str) -> None:
    """Presses a button of the last turn with the keyboard."""
    found = turn(page).get_by_role("button", name=name)
    found.focus()
    found.press("Enter")


def test_an_answer_again_and_the_way_back(stack: Stack, person: Person, open_page: OpenPage) -> None:
    chat = Chat(person)
    chat.turn("two answers", answered("The first answer."))
    page = open_page(person, chat.task.get_absolute_url())
    other = open_page(person, chat.task.get_absolute_url())
    stack.model.script(text("The second answer."), match="two answers")
    act(page, "Answer again")
    expect(said(page)).to_have_text("The second answer.")
    expect_turn(page, "done")
    expect(turn(page).get_by_text("2 / 2")).to_be_visible()
    act(page, "Previous version")
    for each in (page, other):
        expect(said(each)).to_have_text("The first answer.")
        expect(turn(each).get_by_text("1 / 2")).to_be_visible()
    # The focus stays, so that one can switch on.
    expect(turn(page).get_by_role("button", name="Previous version")).to_be_focused()
    page.reload()
    expect(said(page)).to_have_text("The first answer.")
    act(page, "Next version")
    expect(said(page)).to_have_text("The second answer.")


def test_a_message_is_edited_in_its_place_and_sent_again(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Grey."), match="colour of the sky")
    chat = Chat(person)
    chat.turn("color of the sea", answered("Blue."))
    page = open_page(person, chat.task.get_absolute_url())
    box(page).press("ArrowUp")
    editor = page.get_by_role("textbox", name="Edit your message")
    expect(editor).to_be_focused()
    expect(editor).to_have_value("color of the sea")
    editor.press("Escape")
    expect(editor).to_have_count(0)
    expect(own(page)).to_contain_text("color of the sea")
    act(page, "Edit and send again")
    editor.fill("colour of the sky")
    editor.press("Enter")
    expect(said(page)).to_have_text("Grey.")
    expect(own(page)).to_contain_text("colour of the sky")
    expect(own(page)).to_have_count(1)
    expect(turn(page).get_by_text("2 / 2")).to_be_visible()


def test_a_queued_message_is_withdrawn_in_every_tab_and_its_text_comes_back(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three"), match="busy for a while", hold_after=1)
    page = open_chat(open_page, person, "haiku", "busy for a while")
    other = open_page(person, opened(page).get_absolute_url())
    expect(said(page)).to_have_text("one")
    send(page, "not so fast")
    for each in (page, other):
        expect(own(each)).to_have_count(2)
        expect(turn(each).get_by_text("Queued", exact=True)).to_be_visible()
    box(page).fill("another thought\n")
    button(page, "Cancel").click()
    for each in (page, other):
        expect(own(each)).to_have_count(1)
    # An empty box is filled in the next test.
    expect(box(page)).to_have_value("another thought\n\nnot so fast")
    expect(page.locator("#announcer")).to_have_text(
        "Cancelled. The text is back in the box, below what you wrote."
    )
    expect(box(other)).to_have_value("")
    page.reload()
    expect(box(page)).to_have_value("another thought\n\nnot so fast")
    stack.model.release()
    expect_turn(page, "done")


def test_a_message_that_waits_for_a_worker_is_withdrawn_and_no_worker_ever_sees_it(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Here again."), match="for somebody")
    page = open_page(person, "/?agent=haiku")
    stack.kill("worker")
    try:
        task = begin(page, "for nobody, please")
        expect(turn(page)).to_contain_text("Saved. Waiting")
        button(page, "Cancel").click()
        expect(own(page)).to_have_count(0)
        expect(box(page)).to_have_value("for nobody, please")
        expect(button(page, "Stop")).to_be_hidden()
        assert last_turn(task).status == "withdrawn"
        send(page, "for somebody")
    finally:
        stack.start_worker()
    expect(said(page)).to_have_text("Here again.")
    expect_turn(page, "done")
    assert stack.model.requests("for nobody") == []
    page.reload()
    expect(own(page)).to_have_count(1)


def test_an_answer_is_judged_and_tells_what_it_took(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("It is *so*."), match="judge this answer")
    page = open_chat(open_page, person, "haiku", "judge this answer")
    expect_turn(page, "done")
    act(page, "Bad answer")
    comment = page.get_by_role("textbox", name="What was wrong with it?")
    expect(comment).to_be_focused()
    comment.fill("Not so.")
    button(page, "Send comment").click()
    expect(comment).to_have_count(0)
    page.reload()
    expect(turn(page).get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    given = Feedback.objects.get(message__turn__task=opened(page))
    assert (given.value, given.comment) == (-1, "Not so.")
    # A second click shows the comment and only removes it on request.
    act(page, "Bad answer")
    expect(comment).to_have_value("Not so.")
    comment.fill("Not quite so.")
    button(page, "Send comment").click()
    expect(comment).to_have_count(0)
    given.refresh_from_db()
    assert given.comment == "Not quite so."
    act(page, "Bad answer")
    button(page, "Remove feedback").click()
    expect(turn(page).get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "false")
    wait(page, lambda: not Feedback.objects.filter(pk=given.pk).exists(), "the feedback to go")
    act(page, "Details of the answer")
    expect(turn(page)).to_contain_text(re.compile(r"Haiku Assistant.*tokens in.*out", re.S))
    shown, dock = (page.locator(each).bounding_box() for each in ("[data-details]", ".dock"))
    assert shown and dock and shown["y"] + shown["height"] <= dock["y"] + 1  # Not behind the Message box.
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    act(page, "Copy the answer as markdown")
    page.wait_for_function("async () => (await navigator.clipboard.readText()) === 'It is *so*.'")


def test_a_tools_result_is_a_tree_and_a_long_one_is_loaded_when_opened(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Filed."), match="long result")
    page = open_chat(open_page, person, "haiku", "long result")
    expect_turn(page, "done")
    task = opened(page)
    row = {"author": "agent", "tool_name": "search", "tool_call_id": "long", "turn": last_turn(task)}
    kept = {"words": ["needle"] * 150, "found": {"depth": 3}, "pad": "x" * 5_000}
    Message.objects.create(kind="tool_request", position="000009000000", content='{"query": "needle"}', **row)
    result = Message.objects.create(
        kind="tool_response", position="000009000001", content=json.dumps(kept), **row
    )
    page.reload()
    assert "needle" * 2 not in page.content() and "xxxxx" * 100 not in page.content()
    card = messages(page, "tool_request")
    card.locator("summary").first.click()
    expect(card.locator(".tree").first).to_have_text(re.compile('query: "needle"'))
    card.locator('article summary:has-text("Result")').click()
    tree = card.locator("article .tree")
    tree.get_by_text("found:").click()
    expect(tree).to_contain_text("depth: 3")
    tree.get_by_text("words:").click()
    button(page, "50 more").press("Enter")
    expect(tree.get_by_text('149: "needle"')).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card.locator("article").get_by_role("button", name="Copy").click()
    page.wait_for_function(
        "async kept => JSON.stringify(JSON.parse(await navigator.clipboard.readText())) === kept",
        arg=json.dumps(kept, separators=(",", ":")),
    )
    assert person.http.get(f"/tasks/{task.pk}/messages/{result.pk}/").status_code == 200


def test_an_answer_that_is_empty_is_said_to_be(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(match="say nothing at all")
    page = open_chat(open_page, person, "haiku", "say nothing at all")
    expect_turn(page, "done")
    expect(page.get_by_text("The agent gave no answer.")).to_be_visible()
    stack.model.script(text("Something."), match="then say something")
    send(page, "then say something")
    expect(said(page)).to_have_text("Something.")
    expect(page.get_by_text("The agent gave no answer.").locator("visible=true")).to_have_count(1)


def test_a_long_message_of_ones_own_is_folded_from_the_first_moment(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Read."), match="the last line of many")
    page = open_page(person, "/?agent=haiku")
    words = "\n".join(f"line {number}" for number in range(60)) + "\nthe last line of many"
    send(page, words)
    page.wait_for_url("**/tasks/**")
    expect_turn(page, "done")
    bubble = own(page).locator(".own")
    folded = bubble.bounding_box()
    button(page, "Show all").click()
    unfolded = bubble.bounding_box()
    assert folded and unfolded and folded["height"] < 400 < 1200 < unfolded["height"]
    # The message stays at its beginning, and its unfolded text does not count as new.
    assert unfolded["y"] == folded["y"]
    expect(button(page, "Jump to latest")).to_be_hidden()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    act(page, "Copy this message")
    wait(page, lambda: page.evaluate("navigator.clipboard.readText()") == words, "all of it on the clipboard")
    button(page, "Show less").click()
    expect(button(page, "Show all")).to_have_attribute("aria-expanded", "false")


def test_a_suggestion_is_sent_and_goes(stack: Stack, person: Person, open_page: OpenPage) -> None:
    chat = Chat(person, title="Tides")
    chat.turn("Why are there tides?", answered("The moon pulls."))
    page = open_page(person, chat.task.get_absolute_url())
    last = chat.task.turns.latest("created_at").pk
    Suggestions.objects.create(turn_id=last)
    # In another thread, because Playwright's loop runs in this one.
    writing = record(suggest, chat.task.pk, last, ["And the sun?", "Since when?"])
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, writing).result()
    expect(page.get_by_role("group", name="Suggestions").get_by_role("button")).to_have_count(2)
    stack.model.script(text("It pulls, too."), match="And the sun?")
    box(page).fill("kept in the box")
    button(page, "And the sun?").click()
    expect(said(page)).to_have_text("It pulls, too.")
    expect(page.get_by_role("group", name="Suggestions")).to_be_hidden()
    expect(box(page)).to_have_value("kept in the box")
