"""A file in agents/ is changed while its agent answers, as under `make run`."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentex_web.tasks.models import Agent
from tests.support.environment import AGENTS
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

FILE = '''"""{description}"""

from agents import Agent

agent = Agent(name="Edited", instructions="{instructions}")
'''


@pytest.fixture(scope="module")
def file(running_stack: Stack) -> Iterator[Path]:
    """A saved agent, and a worker that serves what is saved next."""
    running_stack.restore()
    with tempfile.TemporaryDirectory(prefix="agents-") as folder:
        path = Path(folder) / "edited.py"
        path.write_text(FILE.format(description="As it was", instructions="You are the old one."))
        running_stack.kill("worker", signal.SIGTERM)
        # The worker imports all agents after each change, so there are few.
        shutil.copy(AGENTS / "haiku.py", folder)
        running_stack.start_worker("worker", "--reload", AGENTEX_AGENT_DIRS=folder)
        yield path
        # The next test starts the usual worker.
        running_stack.kill("worker", signal.SIGTERM)


def test_a_saved_file_is_served_and_the_running_turn_ends(stack: Stack, person: Person, file: Path) -> None:
    stack.model.script(text("one two three four"), match="while it is saved", hold_after=2)
    task = person.begin("edited", "while it is saved")
    with person.socket(task) as socket:
        socket.until_text("one two")
        file.write_text(FILE.format(description="As it is", instructions="You are the new one."))
        until(lambda: agent().description == "As it is", lambda: stack.log("worker"))
        stack.model.script(text("New."), match="to the new one", match_instructions="the new one")
        assert ended(last_turn(person.begin("edited", "to the new one"))).status == "done"
        assert last_turn(task).status == "running"
        stack.model.release("while it is saved")
        socket.until_turn("done")
    turn = last_turn(task)
    said = turn.messages.get(kind="text", author="agent")
    assert (said.content, said.attempt) == ("one two three four", 1)


def test_a_mistake_is_shown_and_the_others_go_on(stack: Stack, person: Person, file: Path) -> None:
    file.write_text("agent = = 1\n")
    until(lambda: not agent().available, lambda: stack.log("worker"))
    sentence = f"{file.parent.name}/edited.py, line 1: SyntaxError: invalid syntax."
    assert agent().error == sentence
    assert sentence in stack.log("worker")
    stack.model.script(text("Here."), match="the others")
    assert ended(last_turn(person.begin("haiku", "the others"))).status == "done"
    file.write_text(FILE.format(description="Mended", instructions="You are mended."))
    until(lambda: agent().description == "Mended", lambda: stack.log("worker"))
    assert (agent().available, agent().error) == (True, "")


def agent() -> Agent:
    return Agent.objects.get(name="edited")
