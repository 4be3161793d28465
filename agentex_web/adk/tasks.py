"""Reads and changes the task: its title, its status, its running turn."""

from temporalio import workflow

from agentex_web.compat import guide
from agentex_web.names import workflow_id_of
from agentex_web.turns import record
from agentex_web.turns.record_payloads import ChangeTask
from agentex_web.turns.task_payloads import TaskInfo


async def get(task_id: str) -> TaskInfo:
    """The task's title, status, agent, owner (a user name) and parameters."""
    return await record.get_task(task_id)


async def rename(task_id: str, *, title: str) -> None:
    """Gives the chat another title, at most 200 characters."""
    await record.change_task(ChangeTask(task_id, title=title))


async def complete(task_id: str) -> None:
    """Ends the chat as completed: it accepts no more messages."""
    await record.change_task(ChangeTask(task_id, status="completed"))


async def fail(task_id: str) -> None:
    """Ends the chat as failed: it accepts no more messages."""
    await record.change_task(ChangeTask(task_id, status="failed"))


async def cancel(task_id: str) -> None:
    """Ends the chat early, with the status failed: it accepts no more messages."""
    await fail(task_id)


async def interrupt(task_id: str) -> None:
    """Stops the running turn of the workflow's own task, like a person's Stop; the chat continues.

    Raises:
        ValueError: the caller is an activity, or the workflow of another task.
    """
    if not workflow.in_workflow() or workflow.info().workflow_id != workflow_id_of(task_id):
        raise ValueError("adk.tasks.interrupt works in the workflow of the task that it stops.")
    guide.inbox_of(workflow.instance()).control.stop_running()
