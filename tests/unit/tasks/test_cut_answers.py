"""A turn with a cut answer is reopened once, and late writes of its first part change nothing."""

import uuid
from typing import Any

import pytest

from agentex_web.delivery.messages import _deliverable, event_of
from agentex_web.journal import continuing, stops, turns
from agentex_web.journal.continuing import NothingToContinue
from agentex_web.journal.ending import Ending
from agentex_web.journal.endings import finish, lose
from agentex_web.journal.sent import follow_up
from agentex_web.tasks.models import Message, Task, Turn
from tests.support.own_chats import a_chat, somebody

pytestmark = pytest.mark.django_db
REASON = "The answer reached the model's length limit."


def cut_turn(**cut_by: str) -> Turn:
    """A turn that ended with half an answer, as its workflow ends it."""
    task = Task.objects.select_related("head").get(pk=a_chat(somebody()).pk)
    turn = follow_up(task, uuid.uuid4(), "Tell me more").result.turn
    turns.begin(task.pk, turn.pk)
    Message.objects.create(
        turn=turn,
        position="000003000000",
        author="agent",
        content="Once upon a ti",
        status="failed",
        error=REASON,
        agent_name="Teller",
        data={"call": "c"},
    )
    user = {"role": "user", "content": "Tell me more"}
    ending = Ending(
        "failed",
        REASON,
        [user],
        {"output": 5},
        cut=True,
        cut_by=cut_by,
        last_agent="Teller",
        context={"a": 1},
    )
    finish(task.pk, turn.pk, ending)
    return Turn.objects.select_related("task").get(pk=turn.pk)


def go_on(turn: Turn, number: int = 0) -> Any:
    task = Task.objects.get(pk=turn.task_id)
    return continuing.reopen(task, Turn.objects.get(pk=turn.pk), number).result


def test_it_is_opened_once_and_ends_as_one_answer() -> None:
    turn = cut_turn()
    message = Message.objects.get(turn=turn, author="agent")
    assert turn.cut == {"message": str(message.pk), "agent": "Teller", "started": 3}
    assert turn.items[-1] == {"role": "assistant", "content": "Once upon a ti"}
    assert [go_on(turn).created, go_on(turn).created] == [True, False]
    turn.refresh_from_db()
    assert (turn.status, turn.continued, turn.error) == ("pending", 1, "")
    message = _deliverable(turn.pk)
    assert message is not None
    continuation = event_of(message.turn, message).event.continues
    assert continuation is not None
    assert (continuation.number, continuation.started, continuation.agent) == (1, 3, "Teller")
    # The first part's end is repeated, as if its worker had not learnt that it was written.
    finish(turn.task_id, turn.pk, Ending("failed", REASON, cut=True))
    turns.begin(turn.task_id, turn.pk)
    turn.refresh_from_db()
    assert turn.status == "pending"
    turns.begin(turn.task_id, turn.pk, 1)
    Message.objects.filter(pk=message.pk).update(status="done", content="Once upon a time.")
    whole = {"role": "assistant", "content": [{"type": "output_text", "text": "Once upon a time."}]}
    finish(turn.task_id, turn.pk, Ending("done", "", [whole], {"output": 3}, continued=1))
    turn.refresh_from_db()
    assert (turn.status, turn.cut, turn.usage) == ("done", {}, {"output": 8})
    assert (turn.last_agent, turn.context) == ("Teller", {"a": 1})
    assert turn.items == [{"role": "user", "content": "Tell me more"}, whole]
    with pytest.raises(NothingToContinue):
        go_on(turn, 1)


def test_what_is_needed_of_an_agent_that_is_in_no_file_outlasts_a_stop() -> None:
    turn = cut_turn(instructions="Tell.", model="small")
    go_on(turn)
    turns.begin(turn.task_id, turn.pk, 1)
    finish(turn.task_id, turn.pk, Ending("interrupted", continued=1))
    go_on(turn, 1)
    message = _deliverable(turn.pk)
    assert message is not None
    continuation = event_of(message.turn, message).event.continues
    assert continuation is not None
    assert (continuation.instructions, continuation.model) == ("Tell.", "small")


def test_only_the_last_answer_goes_on_and_only_if_it_was_cut() -> None:
    turn = cut_turn()
    task = Task.objects.select_related("head").get(pk=turn.task_id)
    follow_up(task, uuid.uuid4(), "And then?")
    with pytest.raises(NothingToContinue):
        go_on(turn)
    other = Turn.objects.get(task=a_chat(somebody()))
    with pytest.raises(NothingToContinue):
        go_on(other)


def test_a_stop_before_anybody_has_it_keeps_the_first_part() -> None:
    turn = cut_turn()
    go_on(turn)
    assert not stops.withdraw(turn.task_id, turn.pk).result
    stops.stop_waiting(turn.task_id, turn.pk)
    turn.refresh_from_db()
    assert (turn.status, turn.error) == ("interrupted", "")
    message = Message.objects.get(turn=turn, author="agent")
    assert (message.status, message.content) == ("interrupted", "Once upon a ti")
    assert go_on(turn, 1).created


def test_a_lost_worker_keeps_the_first_part_and_it_can_go_on() -> None:
    turn = cut_turn()
    go_on(turn)
    turns.begin(turn.task_id, turn.pk, 1)
    lose(turn.task_id, turn.pk, "The worker was lost.")
    turn.refresh_from_db()
    assert (turn.status, turn.usage) == ("failed", {"output": 5})
    assert turn.items[-1] == {"role": "assistant", "content": "Once upon a ti"}
    assert Message.objects.filter(turn=turn, kind="error").count() == 1
    go_on(turn, 1)
    assert not Message.objects.filter(turn=turn, kind="error").exists()
