"""Approvals in a running product: finding the open ones and deciding them."""

from agentex_web.tasks.models import Task
from agentex_web.waits.models import Wait
from tests.support.people import Person
from tests.support.waiting import until


def waiting(task: Task, number: int = 1) -> list[Wait]:
    """Waits until the task has ``number`` open waits and returns them, oldest first."""
    rows = Wait.objects.filter(task=task, status=Wait.Status.WAITING).order_by("created_at")
    until(lambda: rows.count() == number, f"{number} waits")
    return list(rows)


def verdict(person: Person, wait: Wait, do: str = "approve", **said: str) -> int:
    """Decides an approval and returns the response's status code."""
    address = f"/tasks/{wait.task_id}/approvals/{wait.pk}/"
    return person.http.post(address, data={"do": do, **said}).status_code


def approve(person: Person, task: Task) -> Wait:
    """Approves the only call that the task is waiting for."""
    (wait,) = waiting(task)
    assert verdict(person, wait) == 200
    return wait
