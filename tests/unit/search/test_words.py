"""Indexed texts and queries are normalised alike, in every script."""

import pytest

from agentex_web.search.query import parse
from agentex_web.search.snippets import snippet
from agentex_web.search.words import words_of


@pytest.mark.parametrize(
    "text, words",
    [
        ("The Weather, in Köln!", "the weather in koln"),
        ("ＦＵＬＬ width ½", "full width 1 2"),
        ("snake_case and kebab-case v2.0", "snake case and kebab case v2 0"),
        ("北京大学", "北京 京大 大学 学"),
        ("東京 tower", "東京 京 tower"),
        ("がぎ", "がぎ ぎ"),
        ("한국어", "한국 국어 어"),
        ("straße", "strasse"),
        ("", ""),
        ("—…!?", ""),
        ("it's", "it s"),
    ],
)
def test_a_text_is_folded_into_words(text: str, words: str) -> None:
    assert words_of(text) == words


def test_a_long_text_has_a_bound() -> None:
    assert len(words_of("京" * 500_000).encode()) <= 600_000
    assert len(words_of("a" * 500_000)) == 64


def test_nobody_can_ask_for_the_marks_of_owners() -> None:
    query = parse("\U00010330u42 weather")
    assert query is not None
    assert query.fts5("kind", 7).count("\U00010330") == 1


@pytest.mark.parametrize(
    "asked, fts5",
    [
        ("weather", '"weather"*'),
        ("a b", '"a" AND "b"'),
        ('"blue sky" now', '"blue sky" AND "now"*'),
        ('"unclosed phrase', '"unclosed phrase"'),
        ("京大", '"京大"'),
        ("猫", '"猫"*'),
        ("大学生 notes", '"大学" AND "学生" AND "notes"*'),
        ("x OR y* NEAR(z)", '"x" AND "or"* AND "y" AND "near"* AND "z"'),
        ("same same", '"same"*'),
    ],
)
def test_a_question_is_no_code(asked: str, fts5: str) -> None:
    query = parse(asked)
    assert query is not None
    assert query.fts5("k", 1) == f'"k" AND "\U00010330u1" AND {fts5}'


@pytest.mark.parametrize("asked", ["", "   ", '""', "?!", "\x00", "_"])
def test_a_question_without_words_is_none(asked: str) -> None:
    assert parse(asked) is None


@pytest.mark.parametrize(
    "text, asked, hits",
    [
        ("The weather in Köln is fine", "koln", ["Köln"]),
        ("Weathering the storm", "weath", ["Weathering"]),
        ("我在北京大学学习", "北京大学", ["北京大学"]),
        ("Die Straße nach Gießen", "strasse giess", ["Straße", "Gießen"]),
        ("Messe", "messe", ["Messe"]),
        ("Tôi học tiếng Việt", "tieng viet", ["tiếng", "Việt"]),
        ("nothing here", "absent", []),
        ("a < b & c", "b", ["b"]),
    ],
)
def test_what_was_found_is_marked(text: str, asked: str, hits: list[str]) -> None:
    query = parse(asked)
    assert query is not None
    parts = snippet(text, query)
    assert [part.text for part in parts if part.is_hit] == hits
    assert "".join(part.text for part in parts) == text


def test_a_snippet_is_the_piece_around_the_first_word() -> None:
    query = parse("needle")
    assert query is not None
    text = "".join(part.text for part in snippet(f"{'hay ' * 500}**needle**{' hay' * 500}", query))
    assert "needle" in text and "*" not in text
    assert text.startswith("…hay") and text.endswith("…") and len(text) < 260
