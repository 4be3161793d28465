"""Writes waiting turns directly into the database, to test how people and other systems act on them."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from agentex_web.positions import OPENING
from agentex_web.tasks.models import Agent, Message, Task, Turn
from agentex_web.turns.questions import Question
from agentex_web.waits.models import Wait
from agentex_web.worker.activities.waits import CARDS


def running_task(owner: User, agent: Agent, title: str = "A chat that waits") -> Task:
    """A task whose only turn is running, dated so that worker checks ignore it."""
    task = Task.objects.create(owner=owner, agent=agent, title=title)
    turn = Turn.objects.create(task=task, status=Turn.Status.RUNNING, started_at=timezone.now())
    Turn.objects.filter(pk=turn.pk).update(created_at=timezone.now() + timedelta(days=1))
    Message.objects.create(pk=turn.pk, turn=turn, position=OPENING, author="user", content="Go ahead.")
    Task.objects.filter(pk=task.pk).update(head=turn)
    task.refresh_from_db()
    return task


def wait_of(task: Task, kind: str, number: int = 1, **fields: Any) -> Wait:
    """A wait of the task's turn, with its card."""
    assert task.head is not None
    wait = Wait.objects.create(
        pk=uuid.uuid4(), task=task, turn=task.head, kind=kind, workflow_id=task.workflow_id, **fields
    )
    Message.objects.create(
        pk=wait.pk,
        turn=task.head,
        position=f"{number:06}000000",
        author="agent",
        kind=CARDS[Wait.Kind(kind)],
        status="pending" if wait.is_waiting else "done",
        content=wait.title,
    )
    return wait


def form_of(
    task: Task, form: Any, number: int = 1, *, title: str = "", skippable: bool = False, **fields: Any
) -> Wait:
    """A wait for a form."""
    question = Question.of(form, title=title, skippable=skippable)
    return wait_of(task, "form", number, title=question.title, payload=question.payload(), **fields)
