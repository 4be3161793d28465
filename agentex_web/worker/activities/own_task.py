"""Agents may write to their own task only; with another task's id their text would reach other people."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError

from agentex_web.tasks.queries import NotOfTask
from agentex_web.turns.running_activity import current_context

NOT_OWN_TASK = "NotOwnTask"
"""Type of the ApplicationError that refuses such a write."""


@contextmanager
def own_task(task_id: str) -> Iterator[None]:
    """Guards a write that an agent asked for.

    Raises:
        ApplicationError: the running activity works for another task, or the given turn or message belongs
            to another task.
    """
    context = current_context()
    if context is not None and context.task_id and context.task_id != task_id:
        reason = f"An agent that works in task {context.task_id} cannot write to task {task_id}."
        raise ApplicationError(reason, type=NOT_OWN_TASK, non_retryable=True)
    try:
        yield
    except NotOfTask as error:
        raise ApplicationError(str(error), type=NOT_OWN_TASK, non_retryable=True) from error
