"""A Stop that ends the model's work without help from Temporal."""

from agentex_web.tasks.models import Task
from tests.support.model_server import Json
from tests.support.people import Person
from tests.support.stack import Stack


def stop_past_temporal(stack: Stack, person: Person, task: Task, match: str) -> None:
    """Stops the task. Returns when the model's server has seen its client go.

    Temporal is frozen meanwhile: nothing can come from the workflow or as the answer to a heartbeat. How long it
    takes: ``make bench ARGS=stop``.
    """
    with stack.frozen("temporal"):
        person.stop(task)
        client_gone(stack, match)


def client_gone(stack: Stack, match: str) -> Json:
    """The record of the model request whose client closed the connection."""
    return stack.model.wait_for(lambda record: record["outcome"] == "client_disconnected", match=match)
