"""A cut answer and its continuation are joined to one text, without gaps or repetitions."""

import pytest

from agentex_web.joined_text import Joining, joined

BEFORE = "It lived in a wood of great impor"


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        (BEFORE, "tance.", f"{BEFORE}tance."),
        (BEFORE, "importance.", f"{BEFORE}tance."),
        (BEFORE, "a wood of great importance.", f"{BEFORE}tance."),
        ("no no no", " no, thanks", "no no no no, thanks"),
        ("so they say no", "no, thanks", "so they say nono, thanks"),
        ("def f():\n    return [\n", "        1,\n    ]", "def f():\n    return [\n        1,\n    ]"),
        ("", "Hello", "Hello"),
        (BEFORE, "", BEFORE),
    ],
)
def test_it_is_joined(before: str, text: str, whole: str) -> None:
    assert joined(before, text) == whole
    for size in (1, 2, 5):
        joining = Joining(before)
        streamed = "".join(joining.feed(text[at : at + size]) for at in range(0, len(text), size))
        assert whole.startswith(before + streamed)


def test_what_cannot_be_a_repetition_is_shown_at_once() -> None:
    joining = Joining(BEFORE)
    assert joining.feed("tance") == "tance"
    assert joining.feed(", and") == ", and"


def test_a_long_text_costs_little() -> None:
    joining = Joining("ab " * 100_000)
    assert sum(len(joining.feed("ab ")) for _ in range(1_000)) > 2_000
