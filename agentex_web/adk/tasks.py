"""The task itself: its title, its end, its running turn."""

from temporalio import workflow

from agentex_web.compat import guide
from agentex_web.turns import record
from agentex_web.turns.payloads import ChangeTask, TaskInfo


async def get(task_id: str) -> TaskInfo:
    """The task's title, status, agent, owner (a user name) and parameters."""
    return await record.get_task(task_id)


async def rename(task_id: str, *, title: str) -> None:
    """Gives the chat another title, at most 200 characters."""
    await record.change_task(ChangeTask(task_id, title=title))


async def complete(task_id: str) -> None:
    """Ends the chat well: it takes no more messages."""
    await record.change_task(ChangeTask(task_id, status="completed"))


async def fail(task_id: str) -> None:
    """Ends the chat as failed: it takes no more messages."""
    await record.change_task(ChangeTask(task_id, status="failed"))


async def cancel(task_id: str) -> None:
    """Ends the chat before it is complete: it takes no more messages and counts as failed."""
    await fail(task_id)


async def interrupt(task_id: str) -> None:
    """Stops the running turn, as a person's Stop does; the chat goes on. Of the workflow's own task only.

    Raises:
        ValueError: another task, or a call in an activity.
    """
    if not workflow.in_workflow() or workflow.info().workflow_id != f"task-{task_id}":
        raise ValueError("adk.tasks.interrupt works in the workflow of the task that it stops.")
    guide.inbox_of(workflow.instance()).stop_running()
