"""Tool calls that are still open when their turn has ended well: nothing ran them, or nothing told of it."""

import uuid
from collections.abc import Mapping

from django.utils import timezone

from agentex_web.positions import after
from agentex_web.tasks import messages
from agentex_web.tasks.models import Message

NOT_RUN = "It was not run."
NO_END = "It returned nothing."
UNTOLD = "Result not recorded."

Status = Message.Status


def close(turn_id: uuid.UUID, outputs: Mapping[str, str], *, untold: bool = False) -> list[Message]:
    """Ends each open call with a result beside it.

    Args:
        outputs: what the model was told, by the call's id; for a call that a guardrail rejected, its words.
        untold: the calls may have run, by hooks that write nothing.

    Returns:
        the messages that are new or changed, each result before its request.
    """
    requests = Message.objects.filter(
        turn_id=turn_id, kind=Message.Kind.TOOL_REQUEST, status__in=(Status.PENDING, Status.STREAMING)
    )
    changed: list[Message] = []
    for request in requests.order_by("position"):
        changed += [_result(request, outputs.get(request.tool_call_id), untold), request]
        # One that was not run took as long as the model wrote at it.
        request.status, request.finished_at = Status.DONE, request.finished_at or timezone.now()
    if changed:
        position = messages.position_after_all(turn_id)
        for result in changed[::2]:
            result.position, position = position, after(position)
        messages.upsert(changed, only=("status", "finished_at"))
    return changed


def _result(request: Message, output: str | None, untold: bool) -> Message:
    began = request.status == Status.STREAMING
    otherwise = UNTOLD if untold else NO_END if began else NOT_RUN
    return Message(
        pk=messages.tool_message_id(request.turn_id, request.tool_call_id, Message.Kind.TOOL_RESPONSE),
        turn_id=request.turn_id,
        author=Message.Author.AGENT,
        kind=Message.Kind.TOOL_RESPONSE,
        status=Status.DONE if untold else Status.FAILED,
        content=otherwise if output is None else output,
        data={name: request.data[name] for name in ("inside",) if name in request.data},
        agent_name=request.agent_name,
        tool_name=request.tool_name,
        tool_call_id=request.tool_call_id,
        finished_at=timezone.now(),
    )
