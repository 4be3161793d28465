"""Operations on turns: stop them, and answer a message again."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Status

from agentex_web.actions.sending import send_again
from agentex_web.actions.stopping import stop
from agentex_web.api import reading
from agentex_web.api.asked import StopAsked
from agentex_web.api.idempotency import id_for
from agentex_web.api.messages import Wait
from agentex_web.api.sending import sent_message
from agentex_web.api.settling import check_room, until_settled
from agentex_web.api.shapes import SentMessage, Task
from agentex_web.api.site import api, key, person
from agentex_web.delivery.messages import begin_hand_over
from agentex_web.limits.people import count_message
from agentex_web.tasks.threads import in_database

TAGS = ["Turns"]


@api.post(
    "/tasks/{uuid:task_id}/stop",
    response={202: Task},
    operation_id="stopTask",
    summary="Stop the agent",
    tags=TAGS,
)
async def stop_task(request: HttpRequest, task_id: uuid.UUID, body: StopAsked | None = None) -> Any:
    """Stops every open turn of the task, running or waiting. They end in a moment; the task stays open."""
    user = person(request)
    await stop(user, task_id, undo=body is not None and body.undo)
    return Status(202, await in_database(reading.task_of, user, task_id))


@api.post(
    "/tasks/{uuid:task_id}/turns/{uuid:turn_id}/retry",
    response={201: SentMessage, 200: SentMessage},
    operation_id="retryTurn",
    summary="Answer again",
    tags=TAGS,
)
async def retry_turn(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID, wait: Wait = 0) -> Any:
    """Sends the turn's message again, after a failure or for another answer. 200: it had been sent already.

    The new turn takes the place of this one in the conversation; what followed it is on another branch.
    """
    user = person(request)
    if wait:
        check_room(user)
    await count_message(user.pk)
    message_id = id_for(request, None, f"retry/{turn_id}")
    accepted = await in_database(send_again, user, task_id, turn_id, message_id=message_id)
    await begin_hand_over(accepted)
    new = accepted.result.turn.pk
    if wait:
        await until_settled(key(request), task_id, new, wait)
    found = await in_database(sent_message, user, new, whole=bool(wait))
    return Status(201 if accepted.result.created else 200, found)
