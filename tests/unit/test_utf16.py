"""Emoji that a server split into two deltas are joined, and a lone half breaks nothing."""

from functools import partial

import pytest
from pydantic import BaseModel

from agentex_web.tasks.models.fields import storable
from agentex_web.utf16 import repaired, repaired_delta, repaired_value, utf16_length


def read(*deltas: str) -> str:
    said, half = "", ""
    for delta in deltas:
        text, half = repaired_delta(half, delta)
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
    split = "a\ud83d\ude00b\ud83d"
    assert repaired(split) == "a😀b\ufffd"
    assert utf16_length(repaired(split)) == utf16_length(split), "offsets in the text stay right"


def test_all_texts_of_a_value() -> None:
    split = {"a": ["\ud83d\ude00", {"b": "\ud83d"}], "c": 1, "d\ud83d\ude00": None}
    whole = {"a": ["😀", {"b": "\ufffd"}], "c": 1, "d😀": None}
    assert repaired_value(split) == whole
    assert storable(split) == whole


class Answer(BaseModel, extra="allow"):
    text: str
    parts: list["Answer"] = []


def test_models_are_repaired_in_place() -> None:
    inner = Answer(text="\ud83d\ude00", odd="\ud83d")  # type: ignore[call-arg]
    outer = Answer(text="a", parts=[inner])
    untouched = Answer(text="a")
    repair = partial(repaired_value, in_models=True)
    assert repair(outer) is outer and repair(untouched).model_fields_set == {"text"}
    assert outer.model_dump() == {"text": "a", "parts": [{"text": "😀", "parts": [], "odd": "\ufffd"}]}
