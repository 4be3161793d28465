"""If no worker runs, or one hangs, Stop still works, and the health check reports it."""

from datetime import timedelta

from django.utils import timezone

from agentex_web.journal.stops import NOT_SEEN
from agentex_web.tasks.models import Turn
from agentex_web.worker.workflow_runs import NO_ANSWER
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until
from tests.support.workflow_runs import is_running


def test_a_stop_ends_what_no_worker_has_begun_and_the_next_message_waits_for_one(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text("The next one."), match="after the stop")
    stack.kill("worker")
    try:
        task = person.begin("haiku", "stop without a worker")
        with person.socket(task) as socket:
            person.stop(task)
            # The web process writes this before it responds.
            assert (last_turn(task).status, last_turn(task).error) == ("interrupted", NOT_SEEN)
            assert NOT_SEEN in socket.until_turn("interrupted")["html"]
        assert [row.status for row in last_turn(task).messages.all()] == ["done"]
        turn = person.send(task, "after the stop")
        assert turn.status == "pending"
    finally:
        stack.start_worker()
    # A worker that starts later answers what waits, and does not begin what was stopped.
    assert ended(turn).status == "done"
    assert stack.model.requests("stop without a worker") == []
    assert task.turns.earliest("created_at").status == "interrupted"


def test_a_turn_whose_run_is_gone_ends_although_another_run_works(stack: Stack, person: Person) -> None:
    stack.model.script(text("one two three"), match="its run is gone", hold_after=1)
    stack.model.script(text("The next one."), match="another run")
    task = person.begin("haiku", "its run is gone")
    stack.model.wait_for(lambda record: record["held"], match="its run is gone")
    queued = person.send(task, "another run, and this one waited")
    until(lambda: status_of(queued) == "queued", stack.logs)
    stack.kill("worker")
    try:
        stack.terminate_workflow(task.workflow_id)
        # This starts another run before anyone has noticed that the first is gone.
        turn = person.send(task, "another run")
        until(lambda: is_running(task.workflow_id), stack.logs)
    finally:
        stack.start_worker()
    assert [ended(each).status for each in (turn, queued)] == ["done", "done"]
    lost = ended(task.turns.earliest("created_at"))
    assert (lost.status, lost.error) == ("failed", NO_ANSWER)


def status_of(turn: Turn) -> str:
    turn.refresh_from_db()
    return turn.status


def test_the_health_check_says_when_nothing_is_begun(stack: Stack, person: Person) -> None:
    stack.model.script(text("At last."), match="nobody begins")
    before = timezone.now() - timedelta(minutes=1)
    with stack.frozen("worker"):
        turn = last_turn(person.begin("haiku", "nobody begins"))
        Turn.objects.filter(pk=turn.pk).update(created_at=before)
        Turn.objects.filter(started_at__gte=before).update(started_at=before)
        parts = until(lambda: down(person), stack.logs)
        assert parts == {"answers"}
    assert stack.until_ended(turn) == "done"
    until(stack.is_healthy, stack.logs)


def down(person: Person) -> set[str]:
    answer = person.http.get("/healthz").json()
    return {part for part, state in answer.items() if state == "down" and part != "status"}
