"""An agentex-sdk project in the whole product: its greeting, spans and child workflow."""

from agentex_web.tasks.models import Agent, Span
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def test_a_project_greets_answers_and_keeps_its_spans(stack: Stack, person: Person) -> None:
    assert Agent.objects.get(name="order-desk").description.startswith("Confirms orders")
    stack.model.script_steps(
        step(function_call("price_of", {"item": "tea"})), step(text("Seven.")), match="price of tea"
    )
    task = person.begin("order-desk", "price of tea")
    turn = ended(last_turn(task))
    assert (turn.status, turn.error) == ("done", "")
    shown = turn.messages.order_by("position").values_list("kind", "content")
    assert list(shown) == [
        ("text", "price of tea"),
        ("text", "Welcome."),
        ("text", "Parameters: {}"),
        ("tool_request", '{"item": "tea"}'),
        ("tool_response", "tea costs 7"),
        ("text", "Seven."),
    ]
    span = Span.objects.get(task=task)
    assert (span.name, span.output, span.turn) == ("Turn 1", {"answer": "Seven."}, turn)
    assert span.seconds is not None
