"""What a turn cost is known however it ends, and whoever wrote the workflow."""

from agentex_web.tasks.models import Task, Turn
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, Socket, ended, last_turn
from tests.support.stack import Stack
from tests.support.turn_watching import watched

NAMES = ("input", "cached", "output", "reasoning")


def shown(turn: Turn) -> dict[str, int]:
    """What the turn's messages say that their model calls cost."""
    costs = [row.usage for row in turn.messages.all() if row.usage]
    return {name: sum(cost[name] for cost in costs) for name in NAMES}


def test_a_workflow_of_an_authors_own(stack: Stack, person: Person) -> None:
    stack.model.script(text("A draft."), match="own workflow cost")
    stack.model.script(text("A better draft."), match="improve: A draft.")
    turn = ended(last_turn(person.begin("two_writers", "own workflow cost")))
    assert turn.messages.exclude(usage={}).count() == 2
    assert turn.usage == shown(turn)


def test_a_turn_that_is_stopped_in_its_second_call(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("count_up", {"name": "cost-stopped"})),
        step(text("one two three"), hold_after=1),
        match="stopped cost",
    )

    def stop(task: Task, socket: Socket) -> None:
        socket.until_text("one")
        person.stop(task)

    task, _ = watched(person, "slow_tools", "stopped cost", "interrupted", stop)
    turn = ended(last_turn(task))
    assert turn.usage["input"] > 0
    assert turn.usage == shown(turn)


def test_a_turn_that_fails_in_its_second_call(stack: Stack, person: Person) -> None:
    stack.model.script(function_call("count_up", {"name": "cost-failed"}), match="failed cost")
    stack.model.script(match="failed cost", fault={"kind": "status", "status": 401})
    turn = ended(last_turn(person.begin("slow_tools", "failed cost")))
    assert turn.status == "failed"
    assert turn.usage["input"] > 0
    assert turn.usage == shown(turn)


def test_a_call_that_is_tried_again_counts_once(stack: Stack, person: Person) -> None:
    stack.model.script(text("Half an answer"), match="retried cost", fault={"kind": "drop", "after": 2})
    stack.model.script(text("A whole answer."), match="retried cost")
    turn = ended(last_turn(person.begin("haiku", "retried cost")))
    assert (turn.status, turn.attempt) == ("done", 2)
    assert turn.usage == shown(turn)


def test_a_call_that_only_hands_over_has_no_message_and_is_counted(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("transfer_to_billing_specialist", {})),
        step(text("A refund.")),
        match="handoff cost",
    )
    turn = ended(last_turn(person.begin("triage", "handoff cost")))
    assert turn.usage["input"] > shown(turn)["input"] > 0


def test_agents_that_are_tools(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("judge", {"input": "judge the cost"})), step(text("Judged.")), match="helper cost"
    )
    stack.model.script(text("Dear."), match="judge the cost")
    turn = ended(last_turn(person.begin("editor", "helper cost")))
    assert turn.messages.exclude(usage={}).count() == 3
    assert turn.usage == shown(turn)
