"""Whatever an agent's code does, its turn ends with a reason, and the next message is answered."""

from collections.abc import Iterator

import pytest

from agentex_web.journal.stops import request_stops
from tests.support.authored import Authored, authored
from tests.support.broken import BREAKS, BROKEN
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until


@pytest.fixture(scope="module")
def files(running_stack: Stack) -> Iterator[Authored]:
    with authored(running_stack) as files:
        files.write({"broken": BROKEN.format(name="Broken"), "passing": BROKEN.format(name="Passing")})
        files.restart()
        yield files


@pytest.mark.parametrize(("what", "reason"), BREAKS.items())
def test_code_that_cannot_go_on(
    stack: Stack, files: Authored, person: Person, what: str, reason: str
) -> None:
    task = person.begin("broken", what)
    turn = ended(last_turn(task))
    assert turn.status == "failed" and reason in turn.error
    assert stack.runs("worker")
    assert ended(person.send(task, "hello")).status == "done"


def test_a_stop_that_temporal_never_got_is_sent_again(stack: Stack, files: Authored, person: Person) -> None:
    task = person.begin("broken", "wait")
    until(lambda: last_turn(task).messages.filter(kind="wait").exists(), stack.logs)
    waiting, queued = last_turn(task), person.send(task, "hello")
    until(lambda: last_turn(task).status == "queued", stack.logs)
    # As the page's Stop does while Temporal is away: only the record knows.
    request_stops(task.pk)
    assert [ended(each).status for each in (waiting, queued)] == ["interrupted", "interrupted"]
    assert ended(person.send(task, "hello")).status == "done"


def test_a_stop_ends_a_turn_whose_code_is_gone(stack: Stack, files: Authored, person: Person) -> None:
    task = person.begin("passing", "wait")
    until(lambda: last_turn(task).status == "running", stack.logs)
    files.write({"passing": None})
    files.restart()
    person.stop(task)
    assert ended(last_turn(task)).status in ("interrupted", "failed")


def test_code_that_holds_the_interpreter_ends_the_worker_once(
    stack: Stack, files: Authored, person: Person
) -> None:
    task = person.begin("broken", "pattern")
    until(lambda: not stack.runs("worker"), stack.logs)
    stack.start_worker()
    turn = ended(last_turn(task))
    assert turn.status == "failed"
    assert "blocked" in turn.error and "broken.py, line " in turn.error
    assert ended(person.send(task, "hello")).status == "done"
    assert stack.runs("worker")
