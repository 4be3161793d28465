"""Accepted messages are delivered once and in order, and a repeated delivery does not change an ended turn."""

import asyncio
import uuid

from agentex_web.delivery.client import temporal_client
from agentex_web.journal import endings, sent
from agentex_web.tasks.models import Task, Turn
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until


def test_a_message_sent_again_long_after_it_was_answered_is_not_answered_again(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text("Hello."), match="begin to send again")
    stack.model.script(text("Once."), match="the same again")
    stack.model.script(text("Since then."), match="something since")
    task = person.begin("haiku", "begin to send again")
    ended(last_turn(task))
    message = uuid.uuid4()
    turn = ended(person.send(task, "the same again", message))
    # End the run that has seen the message, as happens after an idle hour.
    stack.terminate_workflow(task.workflow_id)
    person.send(task, "the same again", message)
    assert ended(person.send(task, "something since")).status == "done"
    assert len(stack.model.requests("the same again")) == 1
    turn.refresh_from_db()
    assert [row.content for row in turn.answers()] == ["Once."]


def test_a_message_waits_for_the_one_before_it(stack: Stack, person: Person) -> None:
    stack.model.script(text("First."), match="said first")
    stack.model.script(text("Second."), match="said second")
    stack.model.script(text("Third."), match="said third")
    task = person.begin("haiku", "said first")
    ended(last_turn(task))
    task.refresh_from_db()
    # Store a message as if the web process had died before it could tell Temporal.
    second = sent.follow_up(task, uuid.uuid4(), "said second").result.turn
    third = ended(person.send(task, "said third"))
    assert ended(second).status == third.status == "done"
    assert second.finished_at and third.started_at and second.finished_at <= third.started_at
    given = stack.model.requests("said third")[0]["body"]["input"]
    assert [item["content"] for item in given if item.get("role") == "user"] == [
        "said first",
        "said second",
        "said third",
    ]


def test_a_turn_that_waits_for_no_activity_runs(stack: Stack, person: Person) -> None:
    task = person.begin("patient", "wait")
    turn = last_turn(task)
    until(lambda: Turn.objects.get(pk=turn.pk).status == "running", stack.logs)
    assert turn.messages.get().status == "done"
    asyncio.run(go_on(task))
    assert ended(turn).status == "done"


async def go_on(task: Task) -> None:
    await (await temporal_client()).get_workflow_handle(task.workflow_id).signal("go_on")


def test_a_turn_in_which_nothing_is_done_leaves_nothing_pending(stack: Stack, person: Person) -> None:
    turn = ended(last_turn(person.begin("patient", "nothing at all")))
    assert (turn.status, turn.messages.get().status) == ("done", "done")


def test_a_workflow_that_ends_with_its_last_turn_ends_that_first(stack: Stack, person: Person) -> None:
    turn = ended(last_turn(person.begin("farewell", "the last word")))
    assert (turn.status, turn.error) == ("done", "")
    assert [row.content for row in turn.answers()] == ["Goodbye."]


def test_a_turn_that_ended_while_it_was_looked_for_is_not_lost(stack: Stack, person: Person) -> None:
    stack.model.script(text("Fine."), match="looked for")
    task = person.begin("haiku", "looked for")
    turn = ended(last_turn(task))
    assert not endings.lose(task.pk, turn.pk, "It seemed to be lost.").result
    turn.refresh_from_db()
    assert (turn.status, turn.error) == ("done", "")
