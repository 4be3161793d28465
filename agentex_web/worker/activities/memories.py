"""Activities for what agents remember about people."""

import uuid

from temporalio import activity

from agentex_web.memories import keeping
from agentex_web.remembered import NotKept
from agentex_web.tasks.models import Task
from agentex_web.tasks.threads import in_database
from agentex_web.turns.memory_payloads import Forget, Remember, Remembered
from agentex_web.worker.activities.own_task import own_task

OFF = "The user has switched memory off."


@activity.defn(name="remember_for_person")
async def remember_for_person(asked: Remember) -> Remembered:
    """Remembers a text about the chat's owner at the agent's request."""
    with own_task(asked.task_id):
        return await in_database(_remember, asked)


@activity.defn(name="forget_for_person")
async def forget_for_person(asked: Forget) -> bool:
    """Forgets something about the chat's owner at the agent's request. Returns False if there is nothing."""
    with own_task(asked.task_id):
        return await in_database(_forget, asked)


def _remember(asked: Remember) -> Remembered:
    owner = _owner(asked.task_id)
    if owner is None:
        return Remembered(0, reason=OFF)
    try:
        row = keeping.keep(owner, asked.text, uuid.UUID(asked.task_id))
    except NotKept as refused:
        return Remembered(0, reason=str(refused))
    return Remembered(row.pk, row.text)


def _forget(asked: Forget) -> bool:
    owner = _owner(asked.task_id)
    return owner is not None and keeping.drop(owner, asked.number)


def _owner(task_id: str) -> int | None:
    """The owner of the task; None if agents may not remember anything in it."""
    task = Task.objects.only("owner_id", "is_temporary").get(pk=task_id)
    return task.owner_id if keeping.is_on(task.owner_id) and not task.is_temporary else None
