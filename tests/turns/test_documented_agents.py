"""docs/agents.md: a worker offers every example, and the documented worker serves.

tests/turns_in_memory/test_documented_agents.py tests what the examples do.
"""

import signal
from collections.abc import Iterator

import pytest
from django.utils import timezone

from agentex_web.tasks.models import Agent
from tests.support.documented import examples, own_worker
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.stopping import stop_past_temporal
from tests.support.waiting import until


def test_every_documented_agent_is_offered(stack: Stack) -> None:
    """This includes the agent with an MCP server, an npm package that the tests do not download."""
    offered = Agent.objects.filter(pk__in=examples(), error="")
    assert {agent.pk for agent in offered if agent.available} == examples().keys()


@pytest.fixture(scope="module")
def documented_worker(running_stack: Stack) -> Iterator[None]:
    """Runs the documented worker instead of ours, on the same queue."""
    running_stack.restore()
    running_stack.kill("worker")
    script = running_stack.data / "own_worker.py"
    script.write_text("import sys\nsys.path.insert(0, '.')\n" + own_worker())
    running_stack.start_other_worker(script)
    yield
    # The next test that needs a worker starts the usual one.
    running_stack.kill("worker", signal.SIGTERM)


def test_the_documented_worker_serves(stack: Stack, person: Person, documented_worker: None) -> None:
    begun = timezone.now()
    stack.model.script(text("A draft."), match="from my own worker")
    stack.model.script(text("A better draft."), match="A draft.")
    turn = ended(last_turn(person.begin("essayist", "from my own worker")))
    assert turn.status == "done", turn.error
    assert turn.messages.get(agent_name="Critic").content == "A better draft."
    # The documented worker reports itself, so no page claims that no worker is running.
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
