"""Checks that Stop ends the model call without Temporal."""

from agentex_web.tasks.models import Task
from tests.support.model_server import Json
from tests.support.people import Person
from tests.support.stack import Stack


def stop_past_temporal(stack: Stack, person: Person, task: Task, match: str) -> None:
    """Stops the task. Returns when the model server has seen its client disconnect.

    Temporal is frozen during this, so the stop cannot come from the workflow or as the response to a heartbeat.
    ``make bench ARGS=stop`` measures how long it takes.
    """
    with stack.frozen("temporal"):
        person.stop(task)
        client_gone(stack, match)


def client_gone(stack: Stack, match: str) -> Json:
    """The record of the model request whose client closed the connection."""
    return stack.model.wait_for(lambda record: record["outcome"] == "client_disconnected", match=match)
