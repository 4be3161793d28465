"""With Worker Versioning and two workers with different code, a turn ends with the code that it began with."""

import signal
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from agentex_web.tasks.models import Task, Turn
from agentex_web.worker.workflow_runs import CODE_CHANGED
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until
from tests.support.workflow_runs import is_running

FILE = '''
"""Says which code it is."""

from agentex_web import adk
from agents import Agent


class Versioned(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        {first}
        await turn.run(Agent(name="Speaker"), turn.input)
        await turn.say("{name}")
'''
A = FILE.format(first='await turn.say("A begins.", author="system")', name="Code A.")
B = FILE.format(first="await turn.get_state()", name="Code B.")
QUEUE = ("--task-queue", "versions")


class Deploys:
    """Starts workers with different code of the same file."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        # Without the usual worker's agents: each new worker would import them.
        self.folder = folder

    def start(self, name: str, source: str) -> None:
        """Starts a worker and returns when its version is current."""
        (self.folder / "versioned.py").write_text(source)
        settings = {
            "AGENTEX_WORKER_VERSIONING": "auto",
            "AGENTEX_WORKER_GRACE_SECONDS": 1.0,
            "AGENTEX_BUILD_ID": name,
            "AGENTEX_AGENT_DIRS": str(self.folder),
        }
        self.stack.start_worker(name, *QUEUE, settings=settings)
        until(lambda: f"Version {name} of versions is current" in self.stack.log(name), self.stack.logs)


@pytest.fixture
def deploys(stack: Stack, tmp_path: Path) -> Iterator[Deploys]:
    stack.kill("worker", signal.SIGTERM)
    yield Deploys(stack, tmp_path)
    for name in ("code-a", "code-b"):
        if stack.runs(name):
            stack.kill(name)
    stack.start_worker()


def said(turn: Turn) -> list[str]:
    return list(turn.messages.exclude(author="user").order_by("position").values_list("content", flat=True))


def test_a_turn_ends_with_its_code_and_the_next_message_gets_the_new_one(
    stack: Stack, person: Person, deploys: Deploys
) -> None:
    deploys.start("code-a", A)
    stack.model.script(text("one two three"), match="on A", hold_after=2)
    task = person.begin("versioned", "on A")
    with person.socket(task) as socket:
        socket.until_text("one two")
        deploys.start("code-b", B)
        stack.model.release("on A")
        socket.until_turn("done")
    assert said(last_turn(task)) == ["A begins.", "one two three", "Code A."]
    # The run ends after its turn. Until then it takes what comes, with the code that it is pinned to.
    until(lambda: not is_running(task.workflow_id), stack.logs)
    stack.model.script(text("four"), match="on B")
    assert said(ended(person.send(task, "on B"))) == ["four", "Code B."]
    assert listed()["code-b"] == ["current", "1", "0"]

    # A turn without a worker of its version continues with the current code, or ends with a reason.
    stack.model.script(text("five six"), match="dies", hold_after=1)
    lost = begin_held(stack, person)
    stack.kill("code-b", signal.SIGTERM)
    turn = ended(last_turn(lost))
    assert (turn.status, turn.error) == ("failed", CODE_CHANGED)
    assert said(ended(person.send(lost, "again")))[-1] == "Code A."


def begin_held(stack: Stack, person: Person) -> Task:
    task = person.begin("versioned", "dies")
    with person.socket(task) as socket:
        socket.until_text("five")
    return task


def listed() -> dict[str, list[str]]:
    """The output of `manage.py workerversions`, by version."""
    printed = StringIO()
    call_command("workerversions", *QUEUE, stdout=printed)
    return {words[0]: words[1:] for line in printed.getvalue().splitlines() if (words := line.split())}
