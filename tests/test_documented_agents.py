"""docs/agents.md: every example is carried by a worker and answers."""

import subprocess
import sys

import pytest

from tests.documented import examples, own_worker
from tests.model_server import function_call, step, text
from tests.people import Person, ended, last_turn
from tests.stack import ROOT, Stack


@pytest.mark.parametrize("agent", [name for name in examples() if name != "essayist"])
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
        ("", "The draft is read once more."),
        ("Critic", "A better draft."),
    ]


def test_the_documented_tool_is_an_activity(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("find_order", {"number": "17"})),
        step(text("Two lamps.")),
        match="where is order 17",
    )
    turn = ended(last_turn(person.begin("shop", "where is order 17")))
    assert turn.messages.get(kind="tool_response").content.startswith("Order 17: two lamps")


def test_the_documented_worker_serves(stack: Stack, person: Person) -> None:
    """In place of ours, on the same queue."""
    stack.kill("worker")
    script = stack.data / "own_worker.py"
    script.write_text("import sys\nsys.path.insert(0, '.')\n" + own_worker())
    own = subprocess.Popen([sys.executable, str(script)], cwd=ROOT, env=stack.environment)
    try:
        stack.model.script(text("A draft."), match="from my own worker")
        stack.model.script(text("A better draft."), match="A draft.")
        turn = ended(last_turn(person.begin("essayist", "from my own worker")))
        assert turn.status == "done", turn.error
        assert turn.messages.get(agent_name="Critic").content == "A better draft."
    finally:
        own.terminate()
        own.wait(30)
        stack.start_worker()
