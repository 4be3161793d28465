"""No text costs much more to render than harmless text of the same size. At worst, it is shown as plain text."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache

import pytest

from agentex_web.rendering import limits
from agentex_web.rendering.growing import LiveMarkdown
from agentex_web.rendering.markdown import NOTE, plain_html, to_html
from agentex_web.rendering.parser import parser
from agentex_web.rendering.unfinished import closed
from tests.unit.hostile_texts import ROUNDS, SIZE, filled

RATIO = 20


HARMLESS = filled("Some words of *plain* text with `code` and a [link](https://example.com/a).\n\n")


HOSTILE = {
    "brackets": filled("["),
    "images": filled("!["),
    "closed brackets": filled("[") + filled("]"),
    "brackets closed late": filled("[" * 1_000 + "]"),
    "links": filled("[a]("),
    "nested links": filled("[a ") + filled("](b)"),
    "formulas": filled("\\(a "),
    "displayed formulas": filled("\\[a "),
    "dollars": filled("$a "),
    "double dollars": filled("$$a\n"),
    "environments": filled("\\begin{align}\n"),
    "environments on a line": filled("\\begin{align}"),
    "quotes": filled("> "),
    "lines of deep quotes": filled(">" * 25 + "a\n"),
    "lazy quotes": ">" * 25 + filled("a\n"),
    "lists": filled("- "),
    "deep lists": "".join("  " * depth + "- a\n" for depth in range(300)),
    "numbers": filled("1. "),
    "emphasis": filled("*a **b "),
    "stars": filled("*") + "a" + filled("*"),
    "underscores": filled("a_"),
    "tildes": filled("~~a "),
    "backticks": "".join("`" * length + " " for length in range(1, 440)),
    "table of many columns": filled("|a") + "|\n" + filled("|-") + "|\n" + "|\n" * 50,
    "table": filled("|a|b|\n|-|-|\n|c|d|\n"),
    "schemes": filled("http://"),
    "addresses in brackets": filled("https://a.com/("),
    "long address": "https://a.com/" + filled("a)"),
    "colons": filled("a:b://"),
    "mail": filled("a@"),
    "www": filled("www."),
    "notes": filled("[^"),
    "definitions": filled("[x]: "),
    "references": "".join(f"[{number}]: x\n" for number in range(SIZE // 10)),
    "details": filled("<details>\n"),
    "details on a line": filled("<details>"),
    "summaries": filled("<details><summary>"),
    "tags": filled("<br>"),
    "comments": filled("<!--"),
    "entities": filled("&#x"),
    "spaces": filled(" ") + "x",
    "escapes": filled("\\"),
    "CJK": filled("**「重要」**"),
    "code": "```python\n" + filled("value = compute(1, 'text')\n"),
    "brackets in code": "```python\n" + filled("("),
    "fences": filled("```\n"),
}


def seconds(source: str) -> float:
    """CPU seconds of a rendering."""
    began = time.thread_time()
    to_html(source)
    return time.thread_time() - began


def seconds_streaming(source: str) -> float:
    """CPU seconds of one rendering of a streaming text that arrives all at once."""
    live = LiveMarkdown(source)
    began = time.thread_time()
    live.render()
    return time.thread_time() - began


@cache
def harmless_seconds() -> float:
    """CPU seconds per character of harmless text."""
    return seconds(HARMLESS) / len(HARMLESS)


def is_cheap(cost: Callable[[str], float], source: str, spare: float) -> bool:
    """True if a text costs less than RATIO times harmless text of the same size.

    Measures several times before it returns False: the first text of a process imports languages, and the machine's
    speed may change.

    Args:
        spare: seconds that any text may take, however short.
    """
    for _ in range(ROUNDS):
        if cost(source) < RATIO * harmless_seconds() * len(source) + spare:
            return True
        harmless_seconds.cache_clear()
    return False


@pytest.fixture
def little_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less time for every text than in production, so that slow texts cost these tests less."""
    to_html("calibrated")
    monkeypatch.setattr(limits, "SPARE_SECONDS", 0.04)


@pytest.mark.usefixtures("little_spare")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_a_small_multiple_of_harmless_text(name: str) -> None:
    assert is_cheap(seconds, HOSTILE[name], limits.SPARE_SECONDS)


@pytest.mark.usefixtures("little_spare")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_that_streams_costs_a_small_multiple_too(name: str) -> None:
    assert is_cheap(seconds_streaming, HOSTILE[name], 2 * limits.SPARE_SECONDS)


def test_the_limit_of_time_ends_a_long_paragraph_while_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    to_html("calibrated")
    monkeypatch.setattr(limits, "SPARE_SECONDS", 0.0)
    with limits.limited(0), pytest.raises(limits.TooComplex):
        parser().inline.parse("*a* " * limits.CHECKED, parser(), {}, [])


@pytest.mark.parametrize(
    ("piece", "end"),
    [(" ", "x"), ("\t", "x"), ("> ", "x"), ("`", "x`"), ("[", ""), ("*", "x"), ("1", ""), ("|", ""), ("](", ""),
     ("[a](", ""), ("~", "`"), ("`a", ""), ("| a\n", "")],
)  # fmt: skip
def test_closing_what_streams_is_linear(piece: str, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures only this project's code, without the parser."""
    monkeypatch.setattr("agentex_web.rendering.unfinished.block_tokens", lambda *_: [])

    def seconds_to_close(length: int) -> float:
        line = piece * length + end
        best = float("inf")
        for _ in range(3):
            began = time.thread_time()
            closed(line)
            best = min(best, time.thread_time() - began)
        return best

    short, long = seconds_to_close(4_000), seconds_to_close(32_000)
    # Linear is 8, quadratic is 64. Very short times are ignored.
    assert long < 0.005 or long < 24 * short


def test_what_is_too_complex_is_shown_whole_with_a_note() -> None:
    source = "> " * 60 + "<b>deep</b>"
    html = to_html(source)
    assert html == plain_html(source)
    assert NOTE in html and "&lt;b&gt;deep&lt;/b&gt;" in html and "<b>" not in html


def test_a_text_that_is_too_long_is_shown_plain() -> None:
    assert NOTE in to_html("word " * (limits.LENGTH // 5 + 1))


def test_no_word_is_lost_by_nesting() -> None:
    """markdown-it itself drops text that is nested too deeply."""
    for depth in range(1, 60):
        assert "deepest" in to_html("> " * depth + "deepest")
        assert "deepest" in to_html(
            "".join("  " * level + "- a\n" for level in range(depth)) + "  " * depth + "- deepest"
        )


def test_time_that_is_over_ends_a_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    to_html("calibrated")
    monkeypatch.setattr(limits, "SPARE_SECONDS", 0.0)
    monkeypatch.setattr(limits, "TIMES_HARMLESS", 0.01)
    html = to_html(HARMLESS)
    assert NOTE in html
    assert re.sub(r"<[^>]*>", "", html).count("Some words") == HARMLESS.count("Some words")


def test_limits_end_with_the_rendering() -> None:
    to_html("> " * 60 + "deep")
    with limits.limited(10):
        pass
    assert not limits.is_over()


def test_a_text_on_which_the_parser_fails_is_shown_as_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentex_web.rendering.markdown.blocks_to_html", lambda *_: [][0])
    assert to_html("a [b](c)") == plain_html("a [b](c)")


def test_the_tables_of_addresses_are_full_before_a_thread_uses_them() -> None:
    program = (
        "from agentex_web.rendering.parser import parser; from mdurl import _decode, _encode;"
        "known = [len(_encode.encode_cache), len(_decode.decode_cache)];"
        "parser().parse('[a](https://a.example/%20b) <https://b.example>');"
        "assert known == [len(_encode.encode_cache), len(_decode.decode_cache)] and all(known), known"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
