"""An agent writes to its own task only: an id of another one would show its words to other people."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError

from agentex_web.tasks.queries import NotOfTask
from agentex_web.turns.context import current_context

NOT_OWN_TASK = "NotOwnTask"
"""The type of the error that refuses it."""


@contextmanager
def own_task(task_id: str) -> Iterator[None]:
    """Around a write for an agent.

    Raises:
        ApplicationError: the running activity works for another task, or the turn or message that is meant
            belongs to another one.
    """
    context = current_context()
    if context is not None and context.task_id and context.task_id != task_id:
        reason = f"An agent that works in task {context.task_id} cannot write to task {task_id}."
        raise ApplicationError(reason, type=NOT_OWN_TASK, non_retryable=True)
    try:
        yield
    except NotOfTask as error:
        raise ApplicationError(str(error), type=NOT_OWN_TASK, non_retryable=True) from error
