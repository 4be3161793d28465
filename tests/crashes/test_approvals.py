"""An approval survives a restart of all parts."""

from tests.support.approving import verdict, waiting
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack

CALL = function_call("delete_file", {"name": "a.txt"}, "call_delete")


def test_everything_restarts_while_a_call_waits(stack: Stack, person: Person) -> None:
    stack.model.script_steps(step(CALL), step(text("It is gone.")), match="delete after the restart")
    task = person.begin("careful", "delete after the restart")
    (wait,) = waiting(task)
    for part in ("web", "worker", "services"):
        stack.kill(part)
    stack.restore()
    assert verdict(person, wait) == 200
    turn = ended(last_turn(task))
    assert turn.status == "done"
    assert turn.messages.get(kind="tool_response").content == "a.txt is deleted"
