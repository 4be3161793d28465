"""Growing Markdown looks as it will at its end, and each block is rendered once."""

import asyncio
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from agentex_web.chat.live_text import LiveText, Shown, known_text, text_of
from agentex_web.rendering.growing import LiveMarkdown
from agentex_web.rendering.markdown import NOTE, plain_html, to_html
from agentex_web.rendering.unfinished import closed
from agentex_web.streams.events import MessageStarted
from tests.support.markup import Page, tops

TEXTS = {
    "words": "One line.\nIts second line.\n\nAnother *paragraph* with `code`, **weight** and ~~regret~~.",
    "heads": "# One\n\ntext\n\n## Two\ntext right below\n\nThree\n=====\n\ntext",
    "lists": "- one\n- two\n  - nested\n\n    a paragraph in it\n- three\n\n1. first\n2. second\n\ntext",
    "tasks": "- [ ] to do\n- [x] done\n\nafter",
    "code": "before\n\n```python\nx = 1\n\n\ny = 2\n```\nafter\n\n    indented\n\n    code\n\nend",
    "fence without an end": "before\n\n```js\nlet a = 1;\n\nlet b = 2;",
    "table": "before\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nafter",
    "quote": "> one\n> two\n>\n> three\n\nafter\n\n> - a\n> - b",
    "links": "See [this](https://example.com/a_b), <https://example.com> and https://example.com/x.\n\n![a](b.png)",
    "references": "[one] and [two][b]\n\n[one]: https://example.com\n[b]: https://example.org\n\n[one] again",
    "math": "It is $a^2$.\n\n$$\na = b\n$$\n\nand \\(c\\)\n\n\\[\nd\n\\]\n\nend",
    "rules": "a\n\n---\n\nb\n\n***\n\nc",
    "hostile": "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n\n<div>\n\n*a*",
    "notes": "A[^1] and B[^2].\n\n[^1]: The note.\n[^2]: Another\n    that goes on.\n\nafter",
    "details": "before\n\n<details>\n<summary>More *of* it</summary>\n\ninner **text**\n\n- a\n- b\n\n</details>\n\nend",
    "alerts": "> [!WARNING]\n> Mind the *gap*.\n\nafter<br>all H<sub>2</sub>O",
    "addresses": "See https://example.com/a。また「www.example.com/b」を。\n\nmain.py costs $5 or $10; set `$HOME`.",
    "emphasis in CJK": "**「重要」**です。\n\nこれは~~古い（値）~~です。\n\nend",
    "environments": "\\begin{align}\na &= b\n\\end{align}\n\nend",
    "other tongues": "Zażółć 😀 gęślą\n\nمرحبا **بالعالم**\n\n日本語の*文章*です。",
}


def pieces(text: str, seed: int) -> Iterator[str]:
    choose = random.Random(seed)
    while text:
        length = choose.choice((1, 1, 2, 3, 7, 20))
        yield text[:length]
        text = text[length:]


def shown(parts: Iterator[str]) -> Iterator[list[str]]:
    """What a page shows after each part, when it replaces its elements from `first` on."""
    live, page = LiveMarkdown(), list[str]()
    for part in parts:
        live.append(part)
        rendered = live.render()
        assert rendered.first <= len(page)
        page = [*page[: rendered.first], *tops(rendered.html)]
        yield page


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("seed", range(4))
def test_what_streamed_is_what_is_stored(name: str, seed: int) -> None:
    *_, last = shown(pieces(TEXTS[name] + "\n", seed))
    assert last == tops(to_html(TEXTS[name]))


def test_a_block_that_is_finished_is_not_sent_again() -> None:
    live, sent = LiveMarkdown(), 0
    for number in range(200):
        live.append(f"Paragraph {number} has *some* words.\n\n")
        sent += len(live.render().html)
    # Each block is sent while it is the last, and at most once more as the last but one.
    assert sent < 3 * len(to_html("Paragraph 100 has *some* words.")) * 200
    assert live.render().first >= 198


@pytest.mark.parametrize(
    ("text", "as_if"),
    [
        ("some **bold", "some **bold**"),
        ("some **", "some "),
        ("an *accent", "an *accent*"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("call `foo", "call `foo`"),
        ("call `", "call "),
        ("`a * b` and", "`a * b` and"),
        ("see [the docs](https://exa", "see the docs"),
        ("see [the do", "see the do"),
        ("gone ~~wrong", "gone ~~wrong~~"),
        ("text\n-", "text\n"),
        ("text\n#", "text\n"),
        ("text\n``", "text\n"),
        ("text\n\n| a | b |", "text\n\n"),
        ("```py\nx = 1\n``", "```py\nx = 1\n"),
        ("$$\na = b", "$$\na = b\n$$"),
    ],
)
def test_markup_without_its_end_is_shown_as_if_it_had_one(text: str, as_if: str) -> None:
    assert closed(text).strip() == as_if.strip()


def test_offsets_count_as_a_browser_counts() -> None:
    live = LiveMarkdown("a😀")
    live.append("ż😀")
    assert live.length == 6


STARTED = MessageStarted("m", "t", "000001.000000", call="call")


@pytest.mark.parametrize("name", TEXTS)
def test_only_what_changed_is_sent_and_makes_the_same_markup(name: str) -> None:
    text, page = LiveText(STARTED, "1-0"), Page()
    shown = Shown(text)
    for part in pieces(TEXTS[name] + "\n", 7):
        text.append(text.length, part)
        page.take(rendered(shown))
    assert page.shown == tops(to_html(TEXTS[name]))


def rendered(shown: Shown) -> dict[str, Any]:
    """The fields of the next frame, without waiting for the pause between frames."""
    shown.text._next = 0.0
    return asyncio.run(shown.changes())


def test_a_long_block_of_code_is_not_sent_again_and_again() -> None:
    text, sent = LiveText(STARTED, "1-0"), 0
    shown = Shown(text)
    text.append(0, "```python\n")
    for number in range(60):
        text.append(text.length, f"value_{number} = compute({number}, 'text')\n")
        sent += len(rendered(shown)["html"])
    assert sent < 2 * len(text.tail)


def test_two_tabs_share_the_text_and_its_renderings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both tabs end with the same markup, and each piece of text is rendered once."""
    renderings = []
    real = LiveMarkdown.render
    monkeypatch.setattr(LiveMarkdown, "render", lambda self: renderings.append(1) or real(self))
    whole = TEXTS["lists"] + "\n\n" + TEXTS["code"] + "\n"
    one = Shown(text_of(STARTED, "1-0"))
    pages, others, steps = [Page(), Page()], list[Shown](), 0
    for part in pieces(whole, 3):
        one.text.append(one.text.length, part)
        steps += 1
        pages[0].take(rendered(one))
        if steps == 10:
            joined = known_text("m", "2-0", one.text.length)
            assert joined is one.text
            others = [Shown(joined)]
        for other in others:
            if steps % 3 == 0:
                assert other.waits and other.pause == 0
                pages[1].take(asyncio.run(other.changes()))
    pages[1].take(asyncio.run(others[0].changes()))
    assert pages[0].shown == pages[1].shown == tops(to_html(whole))
    assert len(renderings) == steps


def test_tabs_that_ask_at_the_same_time_wait_for_one_rendering_off_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = []
    real = LiveMarkdown.render
    monkeypatch.setattr(
        LiveMarkdown, "render", lambda self: threads.append(threading.current_thread().name) or real(self)
    )

    async def ask() -> list[dict[str, Any]]:
        text = LiveText(STARTED, "1-0")
        text.append(0, "A paragraph.\n\n" * 400)
        return await asyncio.gather(*(Shown(text).changes() for _ in range(20)))

    frames = asyncio.run(ask())
    assert [name.startswith("computing") for name in threads] == [True]
    assert all(frame == frames[0] for frame in frames)


def test_another_beginning_of_a_message_has_a_text_of_its_own() -> None:
    first = text_of(STARTED, "5-0")
    first.append(0, "an attempt that failed")
    second = text_of(STARTED, "9-0")
    assert second is not first and second.length == 0
    assert text_of(STARTED, "9-0") is second
    assert known_text("m", "7-0", 3) is None, "a delta from before it began"
    assert known_text("m", "10-0", 3) is None, "a delta behind what the text has"
    assert known_text("m", "10-0", 0) is second


def test_a_text_that_is_too_complex_is_shown_as_it_is_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    text, page = LiveText(STARTED, "1-0"), Page()
    shown = Shown(text)
    text.append(0, "# Head\n\nOne *two*\n\n")
    page.take(rendered(shown))
    text.append(text.length, "> " * 100 + "deep\n")
    page.take(rendered(shown))
    assert page.shown == tops(plain_html("# Head\n\nOne *two*\n\n" + "> " * 100 + "deep\n"))
    text.append(text.length, "\nMore <b>words</b>.")
    page.take(rendered(shown))
    assert "More &lt;b&gt;words" in page.shown[1] and NOTE in page.shown[0]


@pytest.mark.parametrize("mark", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028", "\u2029", "\r", "\r\n"])
def test_only_the_line_ends_of_markdown_end_lines(mark: str) -> None:
    words = f"```\none{mark}two\n```\n\nafter\n\n*end*\n"
    for seed in range(4):
        *_, last = shown(pieces(words, seed))
        assert last == tops(to_html(words))
