"""What was accepted is delivered once, and in the order in which it was said."""

import uuid

from agentex_web.tasks import accept
from tests.model_server import text
from tests.people import Person, ended, last_turn
from tests.stack import Stack


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
    # The run that had seen it is over, as it is after an idle hour.
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
    # Kept, and the web process ended before it could tell Temporal.
    second = accept.follow_up(task, uuid.uuid4(), "said second").turn
    third = ended(person.send(task, "said third"))
    assert ended(second).status == third.status == "done"
    assert second.finished_at and third.started_at and second.finished_at <= third.started_at
    given = stack.model.requests("said third")[0]["body"]["input"]
    assert [item["content"] for item in given if item.get("role") == "user"] == [
        "said first",
        "said second",
        "said third",
    ]
