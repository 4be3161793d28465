"""Appending words to a text gives the same markup as the parser."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentex_web.rendering import growing
from agentex_web.rendering.growing import LiveMarkdown
from agentex_web.rendering.unfinished import closed_to_html
from tests.unit.test_live_markdown import TEXTS, pieces

# Hypothesis combines these parts: words, and the syntax of Markdown, of our own rules and of HTML.
PARTS = """a|b1|word|Ünïcode|日本語|。|mot'sword| |  |\n|\n\n|- |1. |# |> |* |**|*|_|`|```|~~|$|$$|\\(|\\)|[|]|](|(|)|![|[^1]|
[^1]: |[a]: |https|://|www|.|www.|example.com|@|a@b.cd|<|>|<b>|</b>|<details>|<summary>|&|&am|p;|&copy|;|:|,|-|--|!|?|\\|
||a | b |\n|---|---|\n|"|“|”|…|\t|\u3000|\xa0|\u200b|\x85|=|===|+|{|}|#|tag:""".split("|")
PARTS += ["|", "| a | b |\n|---|---|\n| c "]


def parsed_of(live: LiveMarkdown) -> str:
    """The parser's markup of the growing block."""
    return growing.blocks_to_html(growing.closed(live._tail), {**live._references})[0]


def follow(parts: list[str]) -> None:
    """Renders after each part and compares with the parser."""
    live = LiveMarkdown()
    for part in parts:
        live.append(part)
        assert live.render().tail == parsed_of(live), parts


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_it_is_what_the_parser_makes(parts: list[str]) -> None:
    follow(parts)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", TEXTS)
def test_of_known_texts_too(name: str, seed: int) -> None:
    follow(list(pieces(TEXTS[name] + "\n\nand more words, it's said", seed)))


def test_prose_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    blocks_to_html = growing.blocks_to_html
    monkeypatch.setattr(growing, "blocks_to_html", lambda *args: calls.append(args) or blocks_to_html(*args))
    words = "Plain prose, as most of it is: “it's fine” (or so they say); 日本語 and more. " * 20
    live = LiveMarkdown("- **A list**, whose item has ")
    live.render()
    parts = list(pieces(words, 1))
    for part in parts:
        live.append(part)
        live.render()
    assert live.render().tail == closed_to_html("- **A list**, whose item has " + words)
    assert len(calls) < len(parts) / 10


def test_random_prose_between_marks() -> None:
    choose = random.Random(5)
    for _ in range(100):
        follow([choose.choice([*PARTS, *["word ", "more, ", "end. "] * 20]) for _ in range(25)])
