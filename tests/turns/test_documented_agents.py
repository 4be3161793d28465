"""docs/agents.md: every example is carried by a worker and answers."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.utils import timezone

from agentex_web.tasks.models import Agent
from tests.support.documented import examples, own_worker
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import ROOT, Stack
from tests.support.stopping import STOP_SECONDS, closed_after
from tests.support.waiting import until

SPECIAL = ("essayist", "travel", "archivist")


@pytest.mark.parametrize("agent", [name for name in examples() if name not in SPECIAL])
def test_a_documented_agent_answers(stack: Stack, person: Person, agent: str) -> None:
    stack.model.script(text(f"I am the {agent}."), match=f"hello documented {agent}")
    turn = ended(last_turn(person.begin(agent, f"hello documented {agent}")))
    assert turn.status == "done", turn.error
    assert turn.messages.get(author="agent").content == f"I am the {agent}."


def test_the_documented_workflow_drafts_and_improves(stack: Stack, person: Person) -> None:
    stack.model.script(text("A draft."), match="write an essay")
    stack.model.script(text("A better draft."), match="A draft.")
    turn = ended(last_turn(person.begin("essayist", "write an essay")))
    said = turn.messages.order_by("position").values_list("agent_name", "content")
    assert list(said)[1:] == [
        ("Writer", "A draft."),
        ("", "Reading it once more."),
        ("Critic", "A better draft."),
    ]


def test_the_documented_plan_is_made_with_colleagues(stack: Stack, person: Person) -> None:
    plan = json.dumps({"city": "Oslo", "stops": ["the opera", "a boat"]})
    stack.model.script_steps(
        step(function_call("ask_guide", {"input": "sights of Oslo"})),
        step(text(plan)),
        match="plan a day in Oslo",
    )
    stack.model.script(text("The opera, a boat."), match="sights of Oslo")
    turn = ended(last_turn(person.begin("travel", "plan a day in Oslo")))
    assert turn.status == "done", turn.error
    said = turn.messages.order_by("position").values_list("agent_name", "kind", "content")
    assert ("Guide", "text", "The opera, a boat.") in list(said)
    assert turn.messages.order_by("-position")[0].content == plan


def test_the_documented_guardrails_trip(stack: Stack, person: Person) -> None:
    stack.model.script(text("Your card is 1234 5678 9012 3456."), match="which card have I", times=None)
    for words in ("my card is 1234567890123456", "which card have I"):
        turn = ended(last_turn(person.begin("discreet_bank", words)))
        assert turn.status == "failed"
        assert not turn.messages.filter(author="agent", kind="text").exists()
    assert turn.error.endswith("“no_card_out”: The answer held a card's number.")


def test_the_documented_mcp_server_is_known(stack: Stack) -> None:
    """What it runs is a package of npm, which the tests do not fetch."""
    assert Agent.objects.get(pk="archivist").available


def test_the_documented_tool_is_an_activity(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("find_order", {"number": "17"})),
        step(text("Two lamps.")),
        match="where is order 17",
    )
    turn = ended(last_turn(person.begin("shop", "where is order 17")))
    assert turn.messages.get(kind="tool_response").content.startswith("Order 17: two lamps")


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
        own.wait(30)
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


def test_a_stop_reaches_the_documented_worker_at_once(
    stack: Stack, person: Person, documented_worker: None
) -> None:
    stack.model.script(text("one two three four"), match="stop my own worker", hold_after=2)
    task = person.begin("essayist", "stop my own worker")
    with person.socket(task) as socket:
        socket.until_text("two")
        stopped = time.monotonic()
        person.stop(task)
        assert closed_after(stack, "stop my own worker", stopped) < STOP_SECONDS
        socket.until_turn("interrupted")
