"""Markdown that still grows is shown as it will be when it has ended, and each block is made once."""

import random
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from agentex_web.live_markdown import LiveMarkdown, closed
from agentex_web.markdown import to_html

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
    "other tongues": "Zażółć 😀 gęślą\n\nمرحبا **بالعالم**\n\n日本語の*文章*です。",
}


class _Tops(HTMLParser):
    """Cuts markup into its top elements."""

    VOID = ("br", "hr", "img", "input")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.depth = 0
        self.starts: list[tuple[int, int]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if self.depth == 0:
            self.starts.append(self.getpos())
        if tag not in self.VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def tops(html: str) -> list[str]:
    parser = _Tops()
    parser.feed(html)
    lines = html.splitlines(keepends=True)
    at = [sum(map(len, lines[: row - 1])) + column for row, column in parser.starts]
    return [html[start:end].strip() for start, end in zip(at, [*at[1:], len(html)], strict=False)]


def pieces(text: str, seed: int) -> Iterator[str]:
    choose = random.Random(seed)
    while text:
        length = choose.choice((1, 1, 2, 3, 7, 20))
        yield text[:length]
        text = text[length:]


def shown(parts: Iterator[str]) -> Iterator[list[str]]:
    """What a page shows after each part: as it replaces its elements from `first` on."""
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
    # Each is sent as the last one, and once more at most as the one before it.
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
