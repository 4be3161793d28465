"""A small JSON object that an agent stores with its task, across turns and workflow runs."""

from typing import Any

from agentex_web.turns import record
from agentex_web.turns.record_payloads import SetState
from agentex_web.turns.task_payloads import TaskState


async def get(*, task_id: str) -> TaskState:
    """The state with its version; ``{}`` and 0 if none was set."""
    return await record.get_state(task_id)


async def set(*, task_id: str, value: dict[str, Any], version: int | None = None) -> TaskState:
    """Replaces the state; returns it with its new version.

    Args:
        value: at most 64 KiB as JSON.
        version: the version that was read. If the state has changed since, it is not overwritten. None
            overwrites any version.

    Raises:
        ApplicationError: of type ``StateRefused``; the text gives the reason.
    """
    return await record.set_state(SetState(task_id, value, version))
