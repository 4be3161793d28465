"""How answers look while streaming and at their end, including math, diagrams, images and code."""

import re

from playwright.sync_api import Page, expect

from agentex_web.demo_model.commands import MARKDOWN, long_text
from tests.support.browser import OpenPage
from tests.support.chat_page import button, expect_turn, messages, open_chat, said, send, wait
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
    stack.model.script(text(words, chunks=list(words)), match="as it comes", hold_after=words.index("= 3"))
    page = open_chat(open_page, person, "haiku", "as it comes")
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


def test_what_streamed_and_what_is_stored_are_the_same_elements(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text(MARKDOWN), match="no flash", hold_after=230)
    page = open_chat(open_page, person, "haiku", "no flash")
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
    after = answer.evaluate(MARKUP)
    page.reload()
    expect(answer.locator(".diagram img")).to_be_visible()
    expect(answer.locator(".katex")).to_have_count(2)
    assert without_addresses(answer.evaluate(MARKUP)) == without_addresses(after)


def test_the_end_of_an_answer_parses_nothing_again(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text(MARKDOWN), match="all at once at the end", tokens_per_second=300)
    page = open_page(person, "/?agent=haiku", before=lambda page: page.add_init_script(PARSED))
    send(page, "all at once at the end")
    expect_turn(page, "done")
    expect(messages(page)).to_have_attribute("data-status", "done")
    expect(said(page).get_by_role("heading", name="Lists")).to_be_visible()
    (stored,) = page.evaluate(
        "window.parsed.filter((html) => /data-author=.agent. data-status=.done/.test(html))"
    )
    assert 'class="message-author"' in stored and "Lists" not in stored


def without_addresses(markup: str) -> str:
    head, *rest = markup.split('src="blob:')
    return head + "".join(part.partition('"')[2] for part in rest)


def test_reasoning_is_rendered_while_it_streams(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(reasoning("**Look** at the sea."), text("Done."), match="think", hold_after=3)
    page = open_chat(open_page, person, "haiku", "think")
    expect(messages(page, "reasoning").locator("strong")).to_have_text("Look")
    stack.model.release()
    expect_turn(page, "done")


def test_math_is_typeset_and_prices_are_not(stack: Stack, person: Person, open_page: OpenPage) -> None:
    words = (
        "It costs $5 and $10.\n\nBut $a^2$ and \\(b^2\\) are math, and\n\n$$\nc^2\n$$\n\n"
        "\\[\nd^2\n\\]\n\n"
        "Hostile: $\\href{javascript:alert(1)}{x}$ and $\\def\\a{\\a\\a}\\a$ and $\\nonsense$."
    )
    stack.model.script(text(words), match="math")
    page = open_chat(open_page, person, "haiku", "math")
    answer = said(page)
    expect(answer.locator("p").first).to_have_text("It costs $5 and $10.")
    expect(answer.locator(".katex")).to_have_count(5)
    expect(answer.locator(".katex-display")).to_have_count(2)
    expect(answer.locator("p").last).to_contain_text("\\nonsense")
    assert answer.locator("a").count() == 0
    # The answer's HTML may be replaced once more, so this asks again.
    expect(answer.locator(".katex .mord").first).to_have_css("font-family", re.compile("^KaTeX"))


def test_a_diagram_is_drawn_and_what_is_none_stays_code(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    words = (
        '```mermaid\ngraph LR\n  A["<b>bold</b>"] --> B\n'
        '  click A href "javascript:alert(1)"\n```\n\n'
        "```mermaid\nthis is no diagram\n```\n"
    )
    stack.model.script(text(words), match="diagram")
    page = open_chat(open_page, person, "haiku", "diagram")
    image = said(page).locator(".diagram img")
    expect(image).to_have_count(1)
    wait(page, lambda: image.evaluate("image => image.naturalWidth > 20"), "the drawing")
    expect(said(page).locator("pre").last).to_have_text("this is no diagram")
    expect(said(page).locator("pre").last).to_be_visible()


def test_a_diagram_is_drawn_anew_when_the_theme_changes(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("```mermaid\ngraph LR\n  A --> B\n```\n"), match="by day and night")
    page = open_chat(open_page, person, "haiku", "by day and night")
    image = said(page).locator(".diagram img")
    expect(image).to_be_visible()
    by_day = image.get_attribute("src") or ""
    page.emulate_media(color_scheme="dark")
    expect(image).not_to_have_attribute("src", by_day)
    wait(page, lambda: image.evaluate("image => image.complete && image.naturalWidth > 20"), "the drawing")
    page.get_by_role("button", name="Account").click()
    button(page, "Light").click()
    # Drawn before, so it is not drawn again.
    expect(image).to_have_attribute("src", by_day)


def test_what_is_written_on_a_line_stands_on_what_the_diagram_stands_on(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("```mermaid\ngraph LR\n  A -->|often| B\n```\n"), match="a word on a line")
    drawn = """
        window.drawn = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = (file) => (window.drawn.push(file), make.call(URL, file));
    """
    page = open_chat(
        open_page,
        person,
        "haiku",
        "a word on a line",
        dark=True,
        before=lambda page: page.add_init_script(drawn),
    )
    expect_label_on(page, "rgb(26, 31, 29)")
    page.emulate_media(color_scheme="light")
    expect_label_on(page, "rgb(255, 255, 255)")


def expect_label_on(page: Page, surface: str) -> None:
    """Asserts that the newest drawing uses the page's background colour."""
    expect(said(page).locator(".diagram")).to_have_css("background-color", surface)
    fill = f"fill:{surface}".replace(" ", "")

    def rule() -> str:
        svg: str = page.evaluate("async () => (await window.drawn.at(-1)?.text()) ?? ''")
        return "".join(re.findall(r"edgeLabel rect\s*\{[^}]*\}", svg)).replace(" ", "")

    wait(page, lambda: fill in rule(), f"a label on {surface}")


def test_math_and_diagrams_are_loaded_only_when_an_answer_needs_them(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("No sums here."), match="plain words")
    stack.model.script(text("Here: $a$"), match="one formula")
    page = open_page(person, "/?agent=haiku")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    send(page, "plain words")
    expect(said(page)).to_have_text("No sums here.")
    expect_turn(page, "done")
    assert not [url for url in loaded if "vendor" in url]
    send(page, "one formula")
    expect(said(page).locator(".katex")).to_be_visible()
    assert [url for url in loaded if "katex" in url]
    assert not [url for url in loaded if "mermaid" in url]
    assert all(url.startswith((person.url, person.url.replace("http", "ws"))) for url in loaded)


def test_links_open_apart_and_images_from_elsewhere_are_links(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    words = "[A link](https://example.com/a) and ![a picture](https://example.com/b.png)"
    stack.model.script(text(words), match="links")
    page = open_chat(open_page, person, "haiku", "links")
    for name, address in {"A link": "a", "a picture": "b.png"}.items():
        link = said(page).get_by_role("link", name=name)
        expect(link).to_have_attribute("href", f"https://example.com/{address}")
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(said(page).locator("img")).to_have_count(0)


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


def distance(page: Page) -> float:
    """Pixels between the bottom of the view and the end."""
    return float(
        page.evaluate(
            "(() => { const e = document.scrollingElement;"
            " return e.scrollHeight - e.clientHeight - e.scrollTop; })()"
        )
    )


def test_the_end_stays_in_view_until_one_scrolls_up_and_a_button_leads_back(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text(long_text(20)), match="follow", hold_after=400)
    page = open_chat(open_page, person, "haiku", "follow")
    expect(said(page).get_by_role("heading", name="5. A stream arrives")).to_be_attached()
    wait(page, lambda: distance(page) < 8, "the end in view")
    page.mouse.move(700, 300)
    page.mouse.wheel(0, -300)
    wait(page, lambda: distance(page) > 200, "the scroll")
    page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")
    top = page.evaluate("document.scrollingElement.scrollTop")
    expect(button(page, "Jump to latest")).to_be_hidden()
    stack.model.release()
    expect_turn(page, "done")
    assert page.evaluate("document.scrollingElement.scrollTop") == top
    button(page, "Jump to latest").click()
    wait(page, lambda: distance(page) < 8, "the end in view")
    expect(button(page, "Jump to latest")).to_be_hidden()
