"""A turn's statuses: which may follow which, and that nothing follows an end."""

import itertools

import pytest

from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import Event
from agentex_web.turns.status import ALLOWED, Status, WrongTransition
from agentex_web.turns.task_payloads import TaskRef
from agentex_web.turns.turn import Turn

ENDS = {Status.DONE, Status.INTERRUPTED, Status.FAILED, Status.WITHDRAWN}


def turn_in(status: Status) -> Turn:
    turn = Turn(TaskRef("task"), Event("turn", TextContent("user", "hello")))
    turn.status = status
    return turn


def test_a_turn_begins_pending() -> None:
    assert Turn(TaskRef("task"), Event("turn", TextContent("user", "hello"))).status == Status.PENDING


@pytest.mark.parametrize(("before", "after"), list(itertools.product(Status, Status)))
def test_only_what_is_allowed_happens(before: Status, after: Status) -> None:
    turn = turn_in(before)
    if after in ALLOWED[before]:
        turn.become(after)
        assert turn.status == after
    else:
        with pytest.raises(WrongTransition, match=f"{before} cannot become {after}"):
            turn.become(after)
        assert turn.status == before


def test_nothing_follows_an_end() -> None:
    assert {status for status, following in ALLOWED.items() if not following} == ENDS


def test_only_a_running_turn_is_done() -> None:
    assert [status for status, following in ALLOWED.items() if Status.DONE in following] == [Status.RUNNING]
