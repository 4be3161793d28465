"""Emoji that a server split into two deltas are joined, and a lone half breaks nothing."""

import pytest

from agentex_web.utf16 import with_whole_pairs
from agentex_web.worker.model.surrogates import joined, without_halves


def read(*deltas: str) -> str:
    said, half = "", ""
    for delta in deltas:
        text, half = joined(half, delta)
        text.encode()
        said += text
    return said


@pytest.mark.parametrize(
    ("deltas", "said"),
    [
        (("a", "b"), "ab"),
        (("a\ud83d", "\ude00b"), "a😀b"),
        (("\ud83d", "", "\ude00"), "😀"),
        (("a\ud83d", "b"), "a\ufffdb"),
        (("a\ude00b",), "a\ufffdb"),
        (("a\ud83d", "\ud83d", "\ude00"), "a\ufffd😀"),
        (("a\ud83d",), "a"),
        (("😀", "ż"), "😀ż"),
    ],
)
def test_halves_of_neighbouring_deltas_are_joined(deltas: tuple[str, ...], said: str) -> None:
    assert read(*deltas) == said


def test_a_whole_text() -> None:
    assert with_whole_pairs("a\ud83d\ude00b\ud83d") == "a😀b\ufffd"
    assert without_halves({"a": ["\ud83d\ude00", {"b": "\ud83d"}], "c": 1}) == {
        "a": ["😀", {"b": "\ufffd"}],
        "c": 1,
    }
