"""Valid form data by route. Routes that are not listed get an empty form."""

import uuid
from collections.abc import Callable
from typing import Any

from tests.support.walking import World

Form = Callable[[World], dict[str, Any]]


def _message(world: World) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "agent": world.agent.name, "content": "hello"}


FORMS: dict[str, Form] = {
    "tasks/": _message,
    "tasks/<task_id>/messages/": _message,
    "tasks/<task_id>/turns/<turn_id>/edit/": _message,
    "tasks/<task_id>/turns/<turn_id>/feedback/": lambda _: {"value": -1},
    "tasks/<task_id>/turns/<turn_id>/attempt/": lambda world: {
        "do": "supply",
        "message": str(world.answer.pk),
        "result": "forged",
    },
    "tasks/<task_id>/approvals/<wait_id>/": lambda _: {"do": "reject", "reason": "forged"},
    "tasks/<task_id>/rename/": lambda _: {"title": "Another title"},
    "chats/arrange/": lambda world: {"action": "delete", "ids": [str(world.task.pk)]},
    "folders/new/": lambda _: {"name": "Holidays"},
    "folders/<folder_id>/rename/": lambda _: {"name": "Renamed"},
    "schedules/<schedule_id>/skip/": lambda _: {"at": "2099-01-01T08:00:00+00:00", "skipped": "1"},
    "attachments/<attachment_id>/encoding/": lambda _: {"encoding": "UTF-16"},
}
