"""No worker runs, or one runs and does nothing: Stop works all the same, and the health check says so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from agentex_web.journal.turns import NOT_SEEN
from agentex_web.tasks.models import Turn
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until


@pytest.fixture
def without_worker(stack: Stack) -> Iterator[None]:
    stack.kill("worker")
    yield
    stack.start_worker()


def test_a_stop_ends_what_no_worker_has_begun(stack: Stack, person: Person, without_worker: None) -> None:
    task = person.begin("haiku", "stop without a worker")
    with person.socket(task) as socket:
        person.stop(task)
        # Written by the web process before it answers.
        assert (last_turn(task).status, last_turn(task).error) == ("interrupted", NOT_SEEN)
        assert NOT_SEEN in socket.until_turn("interrupted")["html"]
    assert [row.status for row in last_turn(task).messages.all()] == ["done"]


def test_a_worker_that_starts_later_does_not_begin_what_was_stopped(stack: Stack, person: Person) -> None:
    stack.model.script(text("The next one."), match="after the stop")
    stack.kill("worker")
    try:
        task = person.begin("haiku", "stopped before a worker")
        person.stop(task)
        turn = person.send(task, "after the stop")
    finally:
        stack.start_worker()
    assert ended(turn).status == "done"
    assert stack.model.requests("stopped before a worker") == []
    assert task.turns.earliest("created_at").status == "interrupted"


def test_the_health_check_says_when_nothing_is_begun(stack: Stack, person: Person) -> None:
    stack.model.script(text("At last."), match="nobody begins")
    before = timezone.now() - timedelta(minutes=1)
    with stack.frozen("worker"):
        turn = last_turn(person.begin("haiku", "nobody begins"))
        Turn.objects.filter(pk=turn.pk).update(created_at=before)
        Turn.objects.filter(started_at__gte=before).update(started_at=before)
        parts = until(lambda: down(person), stack.logs)
        assert parts == {"answers"}
    assert ended(turn).status == "done"
    until(stack.is_healthy, stack.logs)


def down(person: Person) -> set[str]:
    answer = person.http.get("/healthz").json()
    return {part for part, state in answer.items() if state == "down" and part != "status"}
