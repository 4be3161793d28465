"""Approvals of a running product: what waits, and a person who decides."""

from agentex_web.tasks.models import Task
from agentex_web.waits.models import Wait
from tests.support.people import Person
from tests.support.waiting import until


def waiting(task: Task, number: int = 1) -> list[Wait]:
    """What the task waits for, as soon as it waits for so many things; the oldest first."""
    rows = Wait.objects.filter(task=task, status=Wait.Status.WAITING).order_by("created_at")
    until(lambda: rows.count() == number, f"{number} waits")
    return list(rows)


def verdict(person: Person, wait: Wait, do: str = "approve", **said: str) -> int:
    """Decides an approval; returns the answer's status."""
    address = f"/tasks/{wait.task_id}/approvals/{wait.pk}/"
    return person.http.post(address, data={"do": do, **said}).status_code


def approve(person: Person, task: Task) -> Wait:
    """Approves the one call that the task waits for."""
    (wait,) = waiting(task)
    assert verdict(person, wait) == 200
    return wait
