"""The task itself: its title, its end."""

from agentex_web.turns import record
from agentex_web.turns.payloads import ChangeTask, TaskInfo


async def get(*, task_id: str) -> TaskInfo:
    """The task's title, status, agent, owner (a user name) and parameters."""
    return await record.get_task(task_id)


async def rename(*, task_id: str, title: str) -> None:
    """Gives the chat another title, at most 200 characters."""
    await record.change_task(ChangeTask(task_id, title=title))


async def complete(*, task_id: str) -> None:
    """Ends the chat well: it takes no more messages."""
    await record.change_task(ChangeTask(task_id, status="completed"))


async def fail(*, task_id: str) -> None:
    """Ends the chat as failed: it takes no more messages."""
    await record.change_task(ChangeTask(task_id, status="failed"))
