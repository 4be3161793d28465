"""Lets an agent start chats with other agents, on behalf of the person whose chat it works in.

The parameters are those of agentex-sdk. The person reads the other agent's answer in the new chat. To use an
answer in the current chat, run the other agent with ``turn.run`` or as a child workflow.
"""

from typing import Any

from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import Event
from agentex_web.turns.started_tasks import make_task, write_to
from agentex_web.turns.task_payloads import TaskInfo


async def create_task(
    name: str | None = None,
    agent_id: str | None = None,
    agent_name: str | None = None,
    params: dict[str, Any] | None = None,
    trace_id: str | None = None,  # noqa: ARG001
    parent_span_id: str | None = None,  # noqa: ARG001
    **_options: Any,
) -> TaskInfo:
    """Creates a chat of the same person with another agent. ``send_event`` sends its first message.

    Args:
        name: the title of the chat.
        agent_id, agent_name: the name of the agent's file or folder; give one of the two.
        params: stored with the chat; its agent reads them from ``turn.task.parameters``.

    Raises:
        ApplicationError: of type ``ChatRefused``: the agent does not exist, or the person may not use it.
    """
    return await make_task(agent_name or agent_id or "", name or "", params)


async def send_event(
    task_id: str,
    content: TextContent,
    agent_id: str | None = None,  # noqa: ARG001
    agent_name: str | None = None,  # noqa: ARG001
    trace_id: str | None = None,  # noqa: ARG001
    parent_span_id: str | None = None,  # noqa: ARG001
    **_options: Any,
) -> Event:
    """Sends a message in the person's name to a chat that this chat has created; returns once it is stored.

    Raises:
        ApplicationError: of type ``ChatRefused``: this chat did not create the other one, the other one has
            ended, or the person has too many open turns.
    """
    event_id = await write_to(task_id, content.content)
    return Event(event_id, TextContent("user", content.content))
