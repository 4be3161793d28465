"""A worker that was presumed dead continues: its attempt must not overwrite the work of another worker."""

import uuid

import pytest

from agentex_web.journal import endings, messages, sent, tool_calls
from agentex_web.journal.change import Change, Superseded, TurnOver
from agentex_web.positions import below
from agentex_web.streams.events import MessageReset
from agentex_web.tasks.models import Agent, Message, Turn
from tests.support.model_server import text
from tests.support.people import Person, last_turn
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE, until

CALL = below("", 1)
"""Position of the model call in its turn."""


def test_a_worker_that_was_paused_does_not_overwrite_the_answer(stack: Stack, person: Person) -> None:
    stack.model.script(text("lost one two three"), match="pause the worker", hold_after=2)
    stack.model.script(text("The answer."), match="pause the worker")
    task = person.begin("haiku", "pause the worker")
    turn = last_turn(task)
    stack.model.wait_for(lambda record: record["held"], match="pause the worker")
    try:
        stack.start_worker("second")
        with stack.frozen("worker"):
            # Temporal keeps assigning tasks to the frozen worker until its polls expire, each for some seconds.
            until(
                lambda: Turn.objects.get(pk=turn.pk).status == "done",
                lambda: f"{stack.logs()}\n{stack.log('second')}",
                2 * PATIENCE,
            )
            stack.model.release("pause the worker")
    finally:
        stack.kill("second")
    # The worker continues: its write is refused, or a heartbeat has cancelled its call, or it ends itself, after a
    # long pause on a slow machine. Once something else has been answered, that is over.
    stack.model.script(text("Awake."), match="after the pause")
    assert stack.until_ended(last_turn(person.begin("haiku", "after the pause"))) == "done"
    turn.refresh_from_db()
    assert [row.content for row in turn.messages.filter(author="agent")] == ["The answer."]
    assert turn.items[-1]["content"][0]["text"] == "The answer."


@pytest.fixture
def turn(stack: Stack, person: Person) -> Turn:
    """A running turn that no worker knows of."""
    agent = Agent.objects.get(pk="haiku")
    turn = sent.new_task(person.user, agent, uuid.uuid4(), "nobody is asked").result.turn
    Turn.objects.filter(pk=turn.pk).update(status="running")
    return turn


def said(turn: Turn, index: int, attempt: int) -> Message:
    return Message(
        pk=uuid.uuid5(turn.pk, str(index)),
        turn=turn,
        position=below(CALL, index),
        author="agent",
        content=f"{index} of attempt {attempt}",
        attempt=attempt,
        data={"call": "the same"},
    )


def keep(rows: list[Message], attempt: int, *, may_be_lost: bool) -> Change[None]:
    task_id = rows[0].turn.task_id
    return messages.write_answer(task_id, rows, CALL, attempt, "the same", may_be_lost=may_be_lost)


def told(turn: Turn) -> list[str]:
    return list(turn.messages.filter(author="agent").values_list("content", flat=True))


def test_an_earlier_attempt_does_not_write_over_a_later_one(turn: Turn) -> None:
    keep([said(turn, 0, attempt=2)], 2, may_be_lost=False)
    with pytest.raises(Superseded):
        keep([said(turn, 0, attempt=1)], 1, may_be_lost=True)
    assert told(turn) == ["0 of attempt 2"]


def test_what_an_earlier_attempt_wrote_too_late_goes(turn: Turn) -> None:
    keep([said(turn, index, attempt=1) for index in range(3)], 1, may_be_lost=True)
    written = keep([said(turn, 0, attempt=2)], 2, may_be_lost=False)
    assert isinstance(written.events[0], MessageReset)
    assert told(turn) == ["0 of attempt 2"]


def test_nothing_is_added_to_a_turn_that_is_over(turn: Turn) -> None:
    Turn.objects.filter(pk=turn.pk).update(status="done")
    with pytest.raises(Superseded):
        keep([said(turn, 0, attempt=1)], 1, may_be_lost=True)
    assert told(turn) == []


def test_a_tool_that_returns_after_the_end_changes_nothing(turn: Turn) -> None:
    call = {"turn": turn, "author": "agent", "tool_name": "look", "tool_call_id": "call_1"}
    request = Message(pk=uuid.uuid5(turn.pk, "request"), kind="tool_request", position=CALL, **call)
    tool_calls.start(turn.task_id, request)
    endings.lose(turn.task_id, turn.pk, "The worker stopped.")
    before = list(turn.messages.order_by("position").values_list("kind", "status", "content"))
    response = Message(pk=uuid.uuid5(turn.pk, "response"), kind="tool_response", content="late", **call)
    with pytest.raises(TurnOver):
        tool_calls.end(turn.task_id, request, response)
    assert list(turn.messages.order_by("position").values_list("kind", "status", "content")) == before
