"""How answers look while streaming and at their end, including math, diagrams, images and code."""

import re

from playwright.sync_api import Page, expect

from agentex_web.demo_model.commands import MARKDOWN
from tests.support.browser import OpenPage
from tests.support.chat_page import button, expect_turn, messages, open_chat, own, said, send, wait
from tests.support.model_server import reasoning, text
from tests.support.people import Person
from tests.support.stack import Stack

# The markup of an answer's text, without the attribute that the browser adds to scrolling boxes.
MARKUP = """element => {
  const copy = element.cloneNode(true);
  for (const box of copy.querySelectorAll("[tabindex]")) box.removeAttribute("tabindex");
  return copy.innerHTML.replace(/\\n+</g, "<").trim();
}"""
# Remembers the first blocks of the answer, to check later that they are still the same elements.
KEEP = """element => { window.kept = [...element.children].slice(0, 5); }"""
ARE_KEPT = """element => window.kept.every((block, index) => block === element.children[index])"""
PARSED = """
  const known = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");
  window.parsed = [];
  const set = function (html) { window.parsed.push(String(html)); known.set.call(this, html); };
  Object.defineProperty(Element.prototype, "innerHTML", { ...known, set });
"""
LAYOUT_SHIFT = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


def test_markdown_is_rendered_while_it_streams(stack: Stack, person: Person, open_page: OpenPage) -> None:
    words = "## Tides\n\nA **bold** word.\n\n```python\nx = 1\ny = 2\nz = 3\n```\n\nThe end."
    stack.model.script(
        reasoning("**Look** at the sea."),
        text(words, chunks=list(words)),
        match="as it comes",
        # The thought is 7 tokens.
        hold_after=[3, 7 + words.index("= 3")],
    )
    page = open_chat(open_page, person, "haiku", "as it comes")
    expect(messages(page, "reasoning").locator("strong")).to_have_text("Look")
    stack.model.release()
    answer = said(page)
    expect(messages(page)).to_have_attribute("data-status", "streaming")
    expect(answer.get_by_role("heading", name="Tides")).to_be_visible()
    expect(answer.locator("strong")).to_have_text("bold")
    # The block is not closed yet, but already a code block with language, colours and a copy button.
    expect(answer.locator('.code[data-language="python"] pre')).to_contain_text("y = 2")
    expect(answer.locator("pre .n").first).to_have_text("x")
    expect(answer.get_by_role("button", name="Copy")).to_be_visible()
    expect(answer).not_to_contain_text("```")
    stack.model.release()
    expect_turn(page, "done")
    expect(answer).to_contain_text("The end.")


def test_a_page_opened_in_the_middle_shows_the_same_and_goes_on(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    words = "# Head\n\n- one\n- two **bo" + "ld**\n- three\n\nLast words."
    stack.model.script(text(words, chunks=list(words)), match="in the middle", hold_after=words.index("ld**"))
    stack.model.script(text("To both."), match="from one tab")
    first = open_chat(open_page, person, "haiku", "in the middle")
    expect(said(first).locator("strong")).to_have_text("bo")
    second = open_page(person, first.url.removeprefix(person.url))
    expect(said(second).locator("strong")).to_have_text("bo")
    assert said(first).evaluate(MARKUP) == said(second).evaluate(MARKUP)
    stack.model.release()
    for page in (first, second):
        expect(said(page)).to_contain_text("Last words.")
        expect_turn(page, "done")
    assert said(first).evaluate(MARKUP) == said(second).evaluate(MARKUP)
    # A message from one tab appears in the other.
    send(first, "from one tab")
    expect(own(second).last).to_contain_text("from one tab")
    expect(said(second)).to_have_text("To both.")
    expect(own(second)).to_have_count(2)


def test_what_streamed_and_what_is_stored_are_the_same_elements(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text(MARKDOWN), match="no flash", hold_after=230)
    page = open_chat(open_page, person, "haiku", "no flash", before=lambda page: page.add_init_script(PARSED))
    answer = said(page)
    expect(answer.get_by_role("heading", name="Lists")).to_be_visible()
    answer.evaluate(KEEP)
    page.evaluate(LAYOUT_SHIFT)
    stack.model.release()
    expect_turn(page, "done")
    expect(messages(page)).to_have_attribute("data-status", "done")
    expect(answer.locator(".diagram img")).to_be_visible()
    expect(answer.locator(".katex")).to_have_count(2)
    assert answer.evaluate(ARE_KEPT)
    assert page.evaluate("window.shift") < 0.05
    # The end of an answer parses nothing again.
    (stored,) = page.evaluate(
        "window.parsed.filter((html) => /data-author=.agent. data-status=.done/.test(html))"
    )
    assert 'class="message-author"' in stored and "Lists" not in stored
    after = answer.evaluate(MARKUP)
    page.reload()
    expect(answer.locator(".diagram img")).to_be_visible()
    expect(answer.locator(".katex")).to_have_count(2)
    assert without_addresses(answer.evaluate(MARKUP)) == without_addresses(after)


def without_addresses(markup: str) -> str:
    head, *rest = markup.split('src="blob:')
    return head + "".join(part.partition('"')[2] for part in rest)


def test_a_diagram_is_drawn_for_each_theme_and_what_is_none_stays_code(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    words = (
        '```mermaid\ngraph LR\n  A["<b>bold</b>"] -->|often| B\n'
        '  click A href "javascript:alert(1)"\n```\n\n'
        "```mermaid\nthis is no diagram\n```\n"
    )
    stack.model.script(text(words), match="by day and night")
    drawn = """
        window.drawn = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = (file) => (window.drawn.push(file), make.call(URL, file));
    """
    page = open_chat(
        open_page,
        person,
        "haiku",
        "by day and night",
        dark=True,
        before=lambda page: page.add_init_script(drawn),
    )
    image = said(page).locator(".diagram img")
    expect(image).to_have_count(1)
    wait(page, lambda: image.evaluate("image => image.naturalWidth > 20"), "the drawing")
    expect(said(page).locator("pre").last).to_have_text("this is no diagram")
    expect(said(page).locator("pre").last).to_be_visible()
    # What is written on a line stands on what the diagram stands on.
    expect_label_on(page, "rgb(26, 31, 29)")
    by_night = image.get_attribute("src") or ""
    page.emulate_media(color_scheme="light")
    expect(image).not_to_have_attribute("src", by_night)
    wait(page, lambda: image.evaluate("image => image.complete && image.naturalWidth > 20"), "the drawing")
    expect_label_on(page, "rgb(255, 255, 255)")
    page.get_by_role("button", name="Account").click()
    button(page, "Dark").click()
    # Drawn before, so it is not drawn again.
    expect(image).to_have_attribute("src", by_night)


def expect_label_on(page: Page, surface: str) -> None:
    """Asserts that the newest drawing uses the page's background colour."""
    expect(said(page).locator(".diagram").first).to_have_css("background-color", surface)
    fill = f"fill:{surface}".replace(" ", "")

    def rule() -> str:
        svg: str = page.evaluate("async () => (await window.drawn.at(-1)?.text()) ?? ''")
        return "".join(re.findall(r"edgeLabel rect\s*\{[^}]*\}", svg)).replace(" ", "")

    wait(page, lambda: fill in rule(), f"a label on {surface}")


def test_math_is_typeset_and_loaded_only_when_an_answer_needs_it(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    words = (
        "It costs $5 and $10.\n\nBut $a^2$ and \\(b^2\\) are math, and\n\n$$\nc^2\n$$\n\n"
        "\\[\nd^2\n\\]\n\n"
        "Hostile: $\\href{javascript:alert(1)}{x}$ and $\\def\\a{\\a\\a}\\a$ and $\\nonsense$."
    )
    stack.model.script(text("No sums here."), match="plain words")
    stack.model.script(text(words), match="formulas")
    page = open_page(person, "/?agent=haiku")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    send(page, "plain words")
    expect(said(page)).to_have_text("No sums here.")
    expect_turn(page, "done")
    assert not [url for url in loaded if "vendor" in url]
    send(page, "formulas")
    answer = said(page)
    expect(answer.locator("p").first).to_have_text("It costs $5 and $10.")
    expect(answer.locator(".katex")).to_have_count(5)
    expect(answer.locator(".katex-display")).to_have_count(2)
    expect(answer.locator("p").last).to_contain_text("\\nonsense")
    assert answer.locator("a").count() == 0
    # The answer's HTML may be replaced once more, so this asks again.
    expect(answer.locator(".katex .mord").first).to_have_css("font-family", re.compile("^KaTeX"))
    assert [url for url in loaded if "katex" in url]
    assert not [url for url in loaded if "mermaid" in url]
    assert all(url.startswith((person.url, person.url.replace("http", "ws"))) for url in loaded)


def test_tables_and_long_code_scroll_in_their_boxes(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    row = "|" + " a long cell that does not wrap |" * 12
    table = "\n".join([row.replace("a long", "`a-long`"), "|" + "---|" * 12, row])
    code = "```python\n" + "".join(f"line_{number} = {number}\n" for number in range(200)) + "```"
    stack.model.script(text(f"{table}\n\n{code}"), match="wide and long")
    page = open_chat(open_page, person, "haiku", "wide and long")
    expect_turn(page, "done")
    width = "element => [element.scrollWidth, element.clientWidth]"
    inner, outer = said(page).locator("table").evaluate(width)
    assert inner > outer
    inner, outer = page.locator("html").evaluate(width)
    assert inner <= outer
    box = said(page).locator(".code pre")
    expect(box).to_have_attribute("tabindex", "0")
    folded = box.evaluate("element => element.clientHeight")
    assert folded < 700
    button(page, "Show all").click()
    assert box.evaluate("element => element.clientHeight") > 2000
    button(page, "Show less").click()
    assert box.evaluate("element => element.clientHeight") == folded
    expect(said(page).locator(".code")).to_have_attribute("data-language", "python")
