"""Messages of a task: an author's own, and those that are there."""

from collections.abc import Sequence
from typing import Any

from agentex_web.turns import record
from agentex_web.turns.payloads import CreateMessage, ListMessages, TaskMessage, TextContent, UpdateMessage


async def create(*, task_id: str, content: TextContent, key: str = "") -> TaskMessage:
    """Shows and keeps a message. What the person or the model has already said is not shown twice.

    Args:
        task_id: the task: ``turn.task.id``, or ``params.task.id`` in a signal handler.
        content: who says what; Markdown, unless the author is ``user``.
        key: gives the message an id of its own in the turn: the same key writes the same message again.

    Returns:
        The message, with its id; ``turn_id`` is empty.
    """
    pk = await record.create_message(CreateMessage(task_id, content, key=key))
    return TaskMessage(pk, "", content)


async def update(*, task_id: str, message_id: str, content: str) -> None:
    """Replaces the text of a message of the task.

    Raises:
        ApplicationError: the task has no such message.
    """
    await record.update_message(UpdateMessage(task_id, message_id, content))


async def list(*, task_id: str, limit: int = 100) -> Sequence[TaskMessage]:
    """The latest messages of the branch that is shown, oldest first, at most ``limit``."""
    return await record.list_messages(ListMessages(task_id, limit))


async def history(*, parent: str | None) -> Sequence[Any]:
    """The SDK input items of the turns before one, for ``Runner.run(agent, [*history, …])``.

    Args:
        parent: the turn that it follows: ``params.event.parent`` in a signal handler.
    """
    return [] if parent is None else await record.load_items(parent)
