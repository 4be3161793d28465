"""The page puts every kind of message in its place while it streams, and shows the same after a reload."""

from playwright.sync_api import Page, expect

from tests.support.browser import OpenPage
from tests.support.chat_page import expect_turn, messages, open_chat
from tests.support.model_server import Json, function_call, hosted, reasoning, step, text
from tests.support.people import Person
from tests.support.stack import Stack

# Kind, status, place and text of each of the agent's articles.
ARTICLES = """() => [...document.querySelectorAll('article:not([data-author="user"])')].map((each) => ({
  kind: each.dataset.kind,
  status: each.dataset.status,
  within: each.parentElement.closest("article")?.dataset.toolCallId ?? "",
  slot: each.parentElement.className || each.parentElement.tagName,
  state: each.querySelector(":scope > details > summary > .tool-state")?.textContent ?? "",
  words: [...each.querySelectorAll("pre, .prose, .citations, .result-preview, .tool-name, img")]
    .filter((part) => part.closest("article") === each)
    .map((part) => part.alt ?? part.textContent.trim()),
}))"""


def assert_the_same_after_a_reload(page: Page) -> list[Json]:
    shown: list[Json] = page.evaluate(ARTICLES)
    page.reload()
    assert page.evaluate(ARTICLES) == shown
    return shown


def test_agents_that_are_tools_work_within_their_cards(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script_steps(
        step(
            function_call("translate", {"input": "moon into Latin"}, "call_latin"),
            function_call("judge", {"input": "is it well said"}, "call_judge"),
        ),
        step(text("It is *luna*.")),
        match="two cards please",
    )
    stack.model.script_steps(
        step(reasoning("A word."), function_call("look_up", {"word": "luna"}, "call_look")),
        step(text("luna")),
        match="moon into Latin",
    )
    stack.model.script(text("well said indeed"), match="is it well said", hold_after=2)
    page = open_chat(open_page, person, "editor", "two cards please")
    cards = messages(page, "tool_request")
    latin = page.locator('article[data-tool-call-id^="call_latin"][data-kind="tool_request"]')
    expect(latin.locator('[data-kind="tool_response"]').first).to_contain_text("luna is in the dictionary")
    expect(cards.last.locator('[data-kind="text"]')).to_contain_text("well said")
    stack.model.release()
    expect_turn(page, "done")
    shown = assert_the_same_after_a_reload(page)
    # Our unique call ids start with the server's id.
    within = {(each["within"].partition("__")[0], each["kind"]) for each in shown}
    assert {("call_latin", "reasoning"), ("call_latin", "tool_request"), ("call_latin", "text")} <= within
    assert {("call_look", "tool_response"), ("call_judge", "text"), ("call_judge", "tool_response")} <= within
    assert shown[-1]["within"] == "" and shown[-1]["words"] == ["It is luna."]


def test_hosted_tools_and_sources(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(
        hosted("web_search_call", query="tides", sources=["https://example.com/a"], seconds=3),
        hosted("code_interpreter_call", code="print(1)", logs="1"),
        hosted("image_generation_call", prompt="A dot"),
        text("High at six.", citations=[{"url": "https://example.com/a", "title": "Tide table"}]),
        match="hosted on the page",
    )
    page = open_chat(open_page, person, "answers", "hosted on the page")
    expect(messages(page, "tool_request").first).to_contain_text("Searching")
    expect_turn(page, "done")
    expect(page.get_by_role("link", name="Tide table")).to_have_attribute("href", "https://example.com/a")
    image = page.get_by_role("img", name="A dot")
    expect(image).to_be_visible()
    # The page's content security policy allows the image.
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    shown = assert_the_same_after_a_reload(page)
    assert [each["kind"] for each in shown] == ["tool_request"] * 3 + ["text"]


def test_what_a_guardrail_takes_back_is_gone_from_the_page(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(reasoning("Code 77."), text("The code is 77."), match="tell on the page")
    page = open_chat(open_page, person, "guarded", "tell on the page")
    expect_turn(page, "failed")
    expect(messages(page, "error", "system")).to_contain_text("withheld by the guardrail")
    expect(messages(page)).to_have_count(0)
    assert "77" not in page.locator("#conversation").inner_text()
    assert len(assert_the_same_after_a_reload(page)) == 1
