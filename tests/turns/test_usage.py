"""A turn's usage is stored in its row. tests/turns_in_memory/test_costs.py has other ways to end."""

from agentex_web.tasks.models import Task, Turn
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, Socket, ended, last_turn
from tests.support.stack import Stack
from tests.support.turn_watching import watched

NAMES = ("input", "cached", "output", "reasoning")


def shown(turn: Turn) -> dict[str, int]:
    """The sum of the usage in the turn's messages."""
    costs = [row.usage for row in turn.messages.all() if row.usage]
    return {name: sum(cost[name] for cost in costs) for name in NAMES}


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
