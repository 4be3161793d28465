"""An agent's code changes while it has chats: each turn ends, and the next message runs the new code.

All cases share one change of workers; each agent here is a case.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from agentex_web.tasks.models import Task, Turn
from tests.support.authored import Authored, authored
from tests.support.changing import CASES, GOES_ON, WORKING, begin
from tests.support.model_server import text
from tests.support.people import Person, ended
from tests.support.stack import Stack


@dataclass
class Changed:
    """The chats of all cases after the change, with the messages that were sent while no worker ran."""

    tasks: dict[str, Task]
    begun: dict[str, Turn]
    sent: dict[str, Turn]


@pytest.fixture(scope="module")
def files(running_stack: Stack) -> Iterator[Authored]:
    with authored(running_stack) as files:
        yield files


@pytest.fixture(scope="module")
def changes() -> dict[str, Changed]:
    """Filled by the first test, because only tests can access the database."""
    return {}


@pytest.fixture
def changed(stack: Stack, files: Authored, changes: dict[str, Changed], person: Person) -> Changed:
    if "all" not in changes:
        files.write({name: case.before(name) for name, case in CASES.items()})
        files.restart()
        begun = {name: begin(stack, person, name) for name in CASES}
        stack.kill("worker")
        sent = {}
        for name in CASES:
            stack.model.script(text("From an agent."), match=f"after {name}")
            sent[name] = person.send(begun[name].task, f"after {name}")
        files.write({name: case.after(name) if case.after else None for name, case in CASES.items()})
        stack.start_worker()
        for turn in sent.values():
            # Wait here, because the model's scripts are deleted before the next test.
            ended(turn)
        changes["all"] = Changed({name: turn.task for name, turn in begun.items()}, begun, sent)
    return changes["all"]


@pytest.mark.parametrize("name", WORKING)
def test_the_turn_under_way_ends_with_a_reason(changed: Changed, name: str) -> None:
    turn = ended(changed.begun[name])
    assert turn.status == "failed" and turn.error


@pytest.mark.parametrize("name", GOES_ON)
def test_what_was_sent_meanwhile_is_answered_by_the_code_of_today(changed: Changed, name: str) -> None:
    turn = ended(changed.sent[name])
    assert turn.status == "done", turn.error
    assert turn.messages.filter(author="agent", content__startswith="From ").exists()


@pytest.mark.parametrize("name", sorted(CASES.keys() - set(GOES_ON)))
def test_without_code_it_ends_with_a_reason(changed: Changed, person: Person, name: str) -> None:
    turn = ended(changed.sent[name])
    assert turn.status == "failed" and turn.error
