"""Creates, changes and lists the messages of a task.

The parameters are those of agentex-sdk, in the same order. Options that only concern agentex-sdk's own
server, such as timeouts, retries and ``created_at``, are accepted without effect (``_options``).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agentex_web.turns import record
from agentex_web.turns.contents import (
    Content,
    DataContent,
    TaskMessage,
    TextContent,
    ToolRequestContent,
    ToolResponseContent,
)
from agentex_web.turns.record_payloads import CreateMessage, ListMessages, UpdateMessage


async def create(
    task_id: str,
    content: Content,
    emit_updates: bool = True,  # noqa: ARG001
    trace_id: str | None = None,  # noqa: ARG001
    parent_span_id: str | None = None,  # noqa: ARG001
    *,
    key: str = "",
    **_options: Any,
) -> TaskMessage:
    """Shows and stores a message. A text that the person or the model has already said is not repeated.

    Args:
        task_id: the task: ``turn.task.id``, or ``params.task.id`` in a signal handler.
        content: the author and the content. Text is Markdown, unless the author is ``user``. Data is shown as
            a collapsible tree, and the request and the response of a tool as its card.
        key: identifies the message within the turn: the same key overwrites the same message.

    Returns:
        The message, with its id; ``turn_id`` is empty.
    """
    pk = await record.create_message(_creating(task_id, content, key))
    return TaskMessage(pk, "", _as_text(content))


async def create_batch(
    task_id: str,
    contents: Sequence[Content],
    emit_updates: bool = True,
    trace_id: str | None = None,
    parent_span_id: str | None = None,
    **_options: Any,
) -> Sequence[TaskMessage]:
    """Shows and stores several messages, in this order."""
    return [await create(task_id, each, emit_updates, trace_id, parent_span_id) for each in contents]


async def update(
    task_id: str,
    message_id: str,
    content: Content | str,
    trace_id: str | None = None,  # noqa: ARG001
    parent_span_id: str | None = None,  # noqa: ARG001
    **_options: Any,
) -> TaskMessage:
    """Replaces the text of a message of the task.

    Raises:
        ApplicationError: the task has no such message.
    """
    said = TextContent("agent", content) if isinstance(content, str) else _as_text(content)
    await record.update_message(UpdateMessage(task_id, message_id, said.content))
    return TaskMessage(message_id, "", said)


async def update_batch(
    task_id: str,
    updates: Mapping[str, Content | str],
    trace_id: str | None = None,
    parent_span_id: str | None = None,
    **_options: Any,
) -> Sequence[TaskMessage]:
    """Replaces the texts of several messages, by their ids."""
    return [
        await update(task_id, message_id, content, trace_id, parent_span_id)
        for message_id, content in updates.items()
    ]


async def list(task_id: str, limit: int | None = 100, **_options: Any) -> Sequence[TaskMessage]:
    """The latest messages of the branch that is shown, oldest first, at most ``limit``."""
    return await record.list_messages(ListMessages(task_id, limit or 100))


async def history(*, parent: str | None) -> Sequence[Any]:
    """The SDK input items of the turns before a turn, for ``Runner.run(agent, [*history, …])``.

    Args:
        parent: the id of the turn that it follows: ``params.event.parent`` in a signal handler.
    """
    return [] if parent is None else await record.load_items(parent)


def _creating(task_id: str, content: Content, key: str) -> CreateMessage:
    created = CreateMessage(task_id, _as_text(content), key=key)
    if isinstance(content, ToolRequestContent | ToolResponseContent):
        created.kind, created.tool_name = content.type, content.name
        created.tool_call_id = content.tool_call_id
    elif isinstance(content, DataContent):
        created.data = {"data": content.data}
    return created


def _as_text(content: Content) -> TextContent:
    match content:
        case TextContent():
            return content
        case ToolRequestContent():
            return TextContent(content.author, _json(content.arguments))
        case ToolResponseContent():
            return TextContent(content.author, _json(content.content))
        case DataContent():
            return TextContent(content.author, _json(content.data, indent=2))


def _json(value: Any, indent: int | None = None) -> str:
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    )
