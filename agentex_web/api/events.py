"""The operation that streams the events of a task."""

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query

from agentex_web.actions.access import get_task_to_read
from agentex_web.api.following import Follower
from agentex_web.api.problems import Problem
from agentex_web.api.settling import check_room
from agentex_web.api.site import api, key, person
from agentex_web.api.sse import LAST
from agentex_web.tasks.threads import in_database


@api.get(
    "/tasks/{uuid:task_id}/events",
    operation_id="streamEvents",
    summary="Stream events",
    tags=["Events"],
    openapi_extra={
        "parameters": [
            {
                "in": "header",
                "name": "Last-Event-ID",
                "required": False,
                "schema": {"type": "string"},
                "description": "The last `id` that you received: the stream continues after it.",
            }
        ],
        "responses": {
            200: {
                "description": "Server-Sent Events, until one side ends the connection",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            }
        },
    },
)
async def stream_events(
    request: HttpRequest,
    task_id: uuid.UUID,
    until: Annotated[
        Literal["", "idle"], Query("", description="`idle`: end when no turn is open any more.")
    ] = "",
) -> Any:
    """The current state of the task, then everything that happens in it, as it happens."""
    user = person(request)
    await in_database(get_task_to_read, user, task_id)
    check_room(user)
    last = request.headers.get("Last-Event-ID", "").strip()
    if last and not LAST.fullmatch(last):
        raise Problem(422, "`Last-Event-ID` is not an id of this stream.")
    follower = Follower(key(request), task_id, last, until_idle=until == "idle")
    return StreamingHttpResponse(
        follower.events(),
        content_type="text/event-stream",
        # nginx would otherwise collect the events.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
