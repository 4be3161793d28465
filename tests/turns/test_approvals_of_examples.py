"""Programs modelled on public examples of human approval, run with the real parts.

The other examples are in tests/turns_in_memory/hitl/.
"""

from tests.support.approving import verdict, waiting
from tests.support.model_server import hosted, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def test_a_hosted_mcp_server_asks_in_a_stream(stack: Stack, person: Person) -> None:
    question, call = (
        "When is high tide?",
        {"server_label": "docs", "name": "find", "arguments": {"word": "tide"}},
    )
    stack.model.script(hosted("mcp_approval_request", **call), match=question)
    stack.model.script(hosted("mcp_call", **call, output="At noon"), text("At noon."), match=question)
    task = person.begin("hosted_mcp_asks", "stream")
    (wait,) = waiting(task)
    assert (wait.title, wait.payload["arguments"]) == ("docs: find", {"word": "tide"})
    page = person.http.get(f"/tasks/{task.pk}/").text
    assert 'data-kind="approval"' in page and "Approve" in page
    assert verdict(person, wait) == 200
    turn = ended(last_turn(task))
    assert (turn.status, turn.answers().get().content) == ("done", "At noon."), turn.error
    given = {
        item["type"]: item for item in stack.model.requests(question)[-1]["body"]["input"] if "type" in item
    }
    asked, answered = given["mcp_approval_request"], given["mcp_approval_response"]
    assert (answered["approval_request_id"], answered["approve"]) == (asked["id"], True)
