"""Messages of an agent's own: each is shown once, in its place, and none is lost."""

from agentex_web.tasks.models import Turn
from tests.model_server import function_call, step, text
from tests.people import Person, ended, last_turn
from tests.stack import Stack


def said(turn: Turn) -> list[tuple[str, str, str]]:
    rows = turn.messages.order_by("position")
    return [(row.status, row.content, row.data.get("inside", "")) for row in rows if row.kind == "text"]


def test_an_answer_that_a_tool_said_first_is_shown_and_remembered(stack: Stack, person: Person) -> None:
    call = function_call("ask_scholar", {"input": "relayed question"}, "call_scholar")
    stack.model.script_steps(step(call), match="relay this")
    stack.model.script(text("Just so."), match="relayed question")
    turn = ended(last_turn(person.begin("relay", "relay this")))
    assert said(turn) == [
        ("done", "relay this", ""),
        ("done", "Just so.", "call_scholar"),
        ("done", "Just so.", ""),
    ]
    assert [item["content"] for item in turn.items] == ["relay this", "Just so."]
