"""Stops the open turns of a chat."""

import uuid

from django.contrib.auth.models import User

from agentex_web.actions.access import get_task_for_user
from agentex_web.background import for_task
from agentex_web.delivery.stopping import deliver_stops
from agentex_web.journal import stops
from agentex_web.journal.change import Change
from agentex_web.journal.record import report
from agentex_web.tasks.threads import in_database


async def stop(person: User, task_id: uuid.UUID, *, undo: bool = False) -> list[stops.Stop]:
    """Stops every open turn of the person's chat, running or waiting: commits the request, and delivers it in
    the background.

    Args:
        undo: also undoes what the running turn has done.

    Raises:
        Http404: the person has no such chat.
    """
    stopping = await in_database(_request_stops, person, task_id, undo)
    for_task(task_id, report(stopping))
    for_task(task_id, deliver_stops(stopping.result))
    return stopping.result


def _request_stops(person: User, task_id: uuid.UUID, undo: bool) -> Change[list[stops.Stop]]:
    return stops.request_stops(get_task_for_user(person, task_id).pk, undo=undo)
