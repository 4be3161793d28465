"""A chat grows beyond what Temporal takes in one payload (2 MB), and beyond one workflow run."""

from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack

LONG = "x" * 99_000


def test_a_conversation_of_many_long_messages_goes_on(stack: Stack, person: Person) -> None:
    stack.model.script(text("Read."), match="long number", times=None)
    task = person.begin("haiku", f"{LONG} long number 0")
    assert ended(last_turn(task)).status == "done"
    for number in range(1, 25):
        turn = ended(person.send(task, f"{LONG} long number {number}"))
        assert turn.status == "done", turn.error
    told = stack.model.requests("long number 24")[-1]["body"]["input"]
    assert len(told) == 49
    assert sum(len(str(item["content"])) for item in told) > 2_400_000
