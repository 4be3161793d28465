"""Positions sort as text in the order in which a turn's messages are shown."""

import uuid

import pytest

from agentex_web.positions import END, OPENING, after, below, is_first, number_of, path_of
from agentex_web.streams.encoding import decode
from agentex_web.streams.events import MessageStarted
from agentex_web.turns.progress import TurnProgress


def test_text_sorts_as_the_turn_went() -> None:
    turn = TurnProgress("turn", "task")
    said = [below(turn.start(), number) for number in range(2)]
    child = TurnProgress("turn", "task", path=turn.start())
    grandchild = TurnProgress("turn", "task", path=child.start())
    within = [below(grandchild.start(), 0), below(child.start(), 0)]
    later = [below(turn.start(), number) for number in (0, 1_000, 99_999)]
    order = [OPENING, *said, *within, *later, below(END, 1)]
    assert sorted(order, reverse=False) == order
    assert len(set(order)) == len(order)


def test_ten_thousand_children_and_messages_have_positions_of_their_own() -> None:
    turn = TurnProgress("turn", "task")
    paths = [turn.start() for _ in range(10_000)]
    assert sorted(set(paths)) == paths
    messages = [below(paths[-1], number) for number in range(10_000)]
    assert sorted(set(messages)) == messages


def test_what_is_below_a_path_lies_before_what_follows_it() -> None:
    path = below(below("", 9), 999)
    assert path < below(path, 0) < below(below(path, 999_998), 5) < after(path)
    assert path_of(below(path, 7)) == path
    assert number_of(below(path, 7)) == 7


def test_a_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="has room for 999,998"):
        below("", 1_000_000)


def test_a_turns_first_activity_may_be_a_childs() -> None:
    turn = TurnProgress("turn", "task")
    child = TurnProgress("turn", "task", path=turn.start())
    first, second = child.start(), child.start()
    assert is_first(first)
    assert not is_first(second)
    assert not is_first(turn.start())
    assert not is_first("")


def test_an_entry_of_an_earlier_version_keeps_its_place() -> None:
    ids = f'"message":"{uuid.uuid4()}","turn":"{uuid.uuid4()}"'
    old = decode(f'{{"t":"started",{ids},"position":3007}}'.encode())
    assert isinstance(old, MessageStarted)
    assert old.position == below(below("", 3), 7)
