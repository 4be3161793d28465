"""Operations on the messages of a task."""

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Status

from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.sending import Sent, send_message
from agentex_web.api import reading
from agentex_web.api.asked import NewMessage
from agentex_web.api.choosing import choices_of
from agentex_web.api.idempotency import id_for
from agentex_web.api.sending import sent_message, text_of
from agentex_web.api.settling import LONGEST, check_room, until_settled
from agentex_web.api.shapes import Message, Page, SentMessage
from agentex_web.api.site import api, key, person
from agentex_web.api.tasks import After, Limit
from agentex_web.delivery.messages import begin_hand_over
from agentex_web.limits.people import count_message
from agentex_web.tasks.threads import in_database

TAGS = ["Messages"]
Wait = Annotated[
    float,
    Query(0, ge=0, le=LONGEST, description="Answer when the turn is settled, after so many seconds at most."),
]


@api.get(
    "/tasks/{uuid:task_id}/messages",
    response=Page[Message],
    operation_id="listMessages",
    summary="List messages",
    tags=TAGS,
)
@few_at_once
async def list_messages(
    request: HttpRequest,
    task_id: uuid.UUID,
    after: After = "",
    limit: Limit = 20,
    order: Annotated[Literal["asc", "desc"], Query("asc", description="`desc`: the latest first.")] = "asc",
    turn: Annotated[uuid.UUID | None, Query(None, description="Only those of this turn.")] = None,
) -> Any:
    """The messages of the conversation, in order. What is streaming is in its events only."""
    return await in_database(
        reading.messages,
        person(request),
        task_id,
        after=after,
        limit=limit,
        newest_first=order == "desc",
        turn_id=turn,
    )


@api.post(
    "/tasks/{uuid:task_id}/messages",
    response={201: SentMessage, 200: SentMessage},
    operation_id="sendMessage",
    summary="Send a message",
    tags=TAGS,
)
async def send(request: HttpRequest, task_id: uuid.UUID, body: NewMessage, wait: Wait = 0) -> Any:
    """Sends a message to the agent. 200: it had been sent already.

    The agent works whether or not you wait, and goes on if the connection ends.
    """
    user = person(request)
    if wait:
        check_room(user)
    await count_message(user.pk)
    message_id = id_for(request, body.id, f"message/{task_id}")
    accepted = await in_database(send_message, user, task_id, lambda: _sent(message_id, body))
    await begin_hand_over(accepted)
    if wait:
        await until_settled(key(request), task_id, message_id, wait)
    found = await in_database(sent_message, user, message_id, whole=bool(wait))
    return Status(201 if accepted.result.created else 200, found)


def _sent(message_id: uuid.UUID, body: NewMessage) -> Sent:
    return Sent(message_id, text_of(body), body.attachments, choices_of(body.choices), body.agent)
