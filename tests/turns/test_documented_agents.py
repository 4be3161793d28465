"""docs/agents.md: a worker offers every example, and the documented worker serves.

What the examples do is tested in tests/turns_in_memory/test_documented_agents.py.
"""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.utils import timezone

from agentex_web.tasks.models import Agent
from tests.support.documented import examples, own_worker
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import ROOT, Stack
from tests.support.stopping import stop_past_temporal
from tests.support.waiting import PATIENCE, until


def test_every_documented_agent_is_offered(stack: Stack) -> None:
    """Also that with an MCP server, a package of npm which the tests do not fetch."""
    offered = Agent.objects.filter(pk__in=examples(), error="")
    assert {agent.pk for agent in offered if agent.available} == examples().keys()


@pytest.fixture
def documented_worker(stack: Stack) -> Iterator[None]:
    """In place of ours, on the same queue."""
    stack.kill("worker")
    script = stack.data / "own_worker.py"
    script.write_text("import sys\nsys.path.insert(0, '.')\n" + own_worker())
    own = subprocess.Popen([sys.executable, str(script)], cwd=ROOT, env=stack.environment)
    try:
        yield
    finally:
        own.terminate()
        own.wait(PATIENCE)
        stack.start_worker()


def test_the_documented_worker_serves(stack: Stack, person: Person, documented_worker: None) -> None:
    begun = timezone.now()
    stack.model.script(text("A draft."), match="from my own worker")
    stack.model.script(text("A better draft."), match="A draft.")
    turn = ended(last_turn(person.begin("essayist", "from my own worker")))
    assert turn.status == "done", turn.error
    assert turn.messages.get(agent_name="Critic").content == "A better draft."
    # No page says that no worker is running.
    until(lambda: Agent.objects.get(pk="essayist").seen_at > begun)
    assert Agent.objects.get(pk="haiku").seen_at < begun


def test_a_stop_reaches_the_documented_worker_without_temporal(
    stack: Stack, person: Person, documented_worker: None
) -> None:
    stack.model.script(text("one two three four"), match="stop my own worker", hold_after=2)
    task = person.begin("essayist", "stop my own worker")
    with person.socket(task) as socket:
        socket.until_text("two")
        stop_past_temporal(stack, person, task, "stop my own worker")
        socket.until_turn("interrupted")
