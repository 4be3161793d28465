"""A tripped guardrail withdraws the streamed text, shows the reason, and stops the model at once."""

from agentex_web.tasks.models import Task
from tests.support.model_server import reasoning, text
from tests.support.people import Person, Socket, last_turn
from tests.support.shown import assert_the_same_after_a_reload, live
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched

REFUSED = "The message was refused by the guardrail “no_passwords”: Passwords are not told here."
WITHHELD = "The answer was withheld by the guardrail “no_numbers”."


def test_an_input_guardrail_takes_back_what_streams(stack: Stack, person: Person) -> None:
    words = "the password, but wait for the file"
    stack.model.script(reasoning("Hm."), text("the password is swordfish"), match=words, hold_after=6)

    def trip(task: Task, socket: Socket) -> None:
        socket.until_text("password")
        (stack.data / "guard.go").touch()

    task, socket = watched(person, "guarded", words, "failed", trip)
    request = stack.model.wait_for(lambda record: record["ended"] is not None, match=words)
    assert request["outcome"] == "client_disconnected"
    assert last_turn(task).error == REFUSED
    assert agent_rows(task) == [("error", "failed", REFUSED)]
    assert "password" in socket.streamed() and "password is" not in "".join(live(socket))
    page = assert_the_same_after_a_reload(person, task, socket)
    assert "Passwords are not told here." in page and "password is" not in page
    (stack.data / "guard.go").unlink()
    # Refused input is never sent to a model, not even in later turns.
    assert next_input(stack, person, task) == []


def test_an_output_guardrail_takes_back_the_answer(stack: Stack, person: Person) -> None:
    stack.model.script(reasoning("The code is 1234."), text("It is 1234."), match="tell the code")
    task, socket = watched(person, "guarded", "tell the code", "failed")
    assert "It is 1234." in socket.streamed()
    assert agent_rows(task) == [("error", "failed", WITHHELD)]
    page = assert_the_same_after_a_reload(person, task, socket)
    assert "1234" not in page and "no_numbers" in page
    assert "1234" not in str(last_turn(task).items)
    assert next_input(stack, person, task) == [{"role": "user", "content": "tell the code"}]
