"""agentex_web/compat/item_copies.py is needed while the SDK asks of each value of an item which types it might have."""

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from agents.util import _json

from agentex_web.compat import item_copies
from agents import ItemHelpers, run_state

ITEMS: list[Any] = [
    {"role": "user", "content": "A question."},
    {
        "type": "message",
        "content": [{"type": "output_text", "text": "An answer.", "annotations": [], "logprobs": None}],
        "score": 0.5,
        "whole": True,
    },
]


@pytest.fixture(params=[False, True], ids=["without", "with"])
def patched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(_json, "_to_dump_compatible_internal", item_copies._copy)
    monkeypatch.setattr(run_state, "_clone_original_input", item_copies._clone)
    if request.param:
        item_copies.install()
        item_copies.install()
    return bool(request.param)


def test_a_copy_shares_no_list_and_no_dictionary(patched: bool) -> None:
    for copied in (ItemHelpers.input_to_new_input_list(ITEMS), run_state._clone_original_input(ITEMS)):
        assert copied == ITEMS
        assert copied[1] is not ITEMS[1]
        assert copied[1]["content"] is not ITEMS[1]["content"]
        assert copied[1]["content"][0] is not ITEMS[1]["content"][0]


def test_what_is_not_plain_is_copied_as_the_sdk_does(patched: bool) -> None:
    given: Any = [
        {"parts": ({"n": 1}, MappingProxyType({"m": [2]})), "made": (each for each in "ab")},
        b"bytes",
    ]
    copied: Any = ItemHelpers.input_to_new_input_list(given)
    assert copied == [{"parts": [{"n": 1}, {"m": [2]}], "made": ["a", "b"]}, b"bytes"]
    assert type(copied[0]["parts"][1]) is dict

    inner = [1]
    cloned: Any = run_state._clone_original_input([{"parts": (inner, {2})}])
    assert cloned == [{"parts": ([1], {2})}]
    assert cloned[0]["parts"][0] is not inner
    assert run_state._clone_original_input("A question.") == "A question."


class _Asked(type(Mapping)):  # type: ignore[misc]
    """The class of a stand-in for Mapping that counts how often it is asked."""

    times = 0

    def __instancecheck__(cls, instance: object) -> bool:
        _Asked.times += 1
        return isinstance(instance, Mapping)


def test_a_plain_value_is_not_asked_whether_it_is_a_mapping(
    patched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_json, "Mapping", _Asked("Mapping", (), {}))
    monkeypatch.setattr(_Asked, "times", 0)
    ItemHelpers.input_to_new_input_list(ITEMS)
    assert (_Asked.times == 0) is patched


def test_plain_items_are_copied_without_deepcopy(patched: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def noted(value: Any) -> Any:
        calls.append(value)
        return value

    monkeypatch.setattr(copy, "deepcopy", noted)
    run_state._clone_original_input(ITEMS)
    assert (calls == []) is patched
