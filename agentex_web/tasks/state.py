"""The state that an agent stores with its task."""

import json
import uuid
from typing import Any

from django.db import transaction

from agentex_web.tasks.models import Task

STATE_BYTES = 65_536
"""Limit on a state as JSON, because it is read and written as a whole."""


class StateRefused(ValueError):
    """The state was not written; the message says why and what to do."""


def get_state(task_id: uuid.UUID) -> tuple[dict[str, Any], int]:
    """The state and its version."""
    value, version = Task.objects.values_list("state", "state_version").get(pk=task_id)
    return value, version


def set_state(task_id: uuid.UUID, value: dict[str, Any], version: int | None) -> int:
    """Writes the state; returns its new version. Repeating the same write changes nothing.

    Raises:
        StateRefused: the state is too large, or has changed since ``version``.
    """
    size = len(json.dumps(value).encode())
    if size > STATE_BYTES:
        raise StateRefused(
            f"The state is {size:,} bytes; the limit is {STATE_BYTES:,}. Store a reference instead."
        )
    with transaction.atomic():
        task = Task.objects.select_for_update().only("state", "state_version").get(pk=task_id)
        if task.state == value and (version is None or task.state_version == version + 1):
            return task.state_version
        if version is not None and task.state_version != version:
            raise StateRefused(
                f"The state has version {task.state_version}, not {version}: read it again, then write."
            )
        task.state, task.state_version = value, task.state_version + 1
        task.save(update_fields=("state", "state_version"))
    return task.state_version
