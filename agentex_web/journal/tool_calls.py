"""Tool calls: requests and responses, the attempts in between, and calls that did not end."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.messages import upsert
from agentex_web.positions import after
from agentex_web.tasks import pictures
from agentex_web.tasks.message_ids import tool_message_id
from agentex_web.tasks.models import Message
from agentex_web.tasks.pictures import Picture
from agentex_web.tasks.queries import ACTIVITY, position_after_all

Kind, Status = Message.Kind, Message.Status

NOT_RUN = "It was not run."
NO_END = "It returned nothing."
UNRECORDED = "Result not recorded."

BY_HAND = "by_hand"
"""Key in a tool request's data: a person supplies the result."""
RETRY_AT = "retry_at"
"""Key in a tool request's data: the time of the next attempt."""


def start(task_id: uuid.UUID, request: Message) -> Change[None]:
    """Shows the tool call as running: the request that the model streamed, or a new one.

    Raises:
        TurnOver: the turn has ended; nothing was written.
    """
    with change(task_id, while_open=request.turn_id) as written:
        request.status, request.started_at = Status.STREAMING, timezone.now()
        upsert([request], only=("status", "started_at", "finished_at"))
        written.add_messages(request.turn_id, [request.pk])
    return written


def end(
    task_id: uuid.UUID, request: Message, response: Message, made: Sequence[Picture] = ()
) -> Change[None]:
    """Records that the tool returned or failed: marks its request done, and adds the response.

    Args:
        made: pictures and files of the response, which are stored already.

    Raises:
        TurnOver: the turn has ended, which has closed the call; nothing was written.
    """
    with change(task_id, while_open=request.turn_id) as written:
        upsert([response], only=("status", "content", "data", "finished_at"))
        if made:
            pictures.write_rows(task_id, made)
        upsert([request], only=("status", "finished_at"))
        _clear_attempt(request.pk)
        # The response first, so that a page that sees the request done already has the result.
        written.add_messages(request.turn_id, [response.pk, request.pk])
    return written


def _clear_attempt(request_id: uuid.UUID) -> None:
    """Clears the error of the last attempt: the call is over, and its response tells the result."""
    request = Message.objects.only("error", "data").get(pk=request_id)
    if request.error or RETRY_AT in request.data:
        request.data = _without_attempt(request)
        request.error = ""
        request.save(update_fields=("error", "data"))


def _without_attempt(request: Message) -> dict[str, object]:
    return {name: value for name, value in request.data.items() if name not in (ACTIVITY, RETRY_AT)}


def note_attempt(
    task_id: uuid.UUID,
    turn_id: uuid.UUID,
    tool_call_id: str,
    attempt: int,
    reason: str,
    retry_at: datetime | None,
    activity: str,
) -> Change[None]:
    """Records on the tool's request that an attempt began or, with ``retry_at``, that one failed.

    A call that the author's hooks hide has no request; its attempts are not recorded.
    """
    pk = tool_message_id(turn_id, tool_call_id, Kind.TOOL_REQUEST)
    if not Message.objects.filter(pk=pk).exists():
        return Change(task_id, 0, None)
    with change(task_id) as written:
        request = Message.objects.get(pk=pk)
        waiting = {ACTIVITY: activity, RETRY_AT: retry_at.isoformat()} if retry_at else {}
        request.attempt, request.error = attempt, reason
        request.data = {**_without_attempt(request), **waiting}
        request.save(update_fields=("attempt", "error", "data"))
        written.add_messages(turn_id, [pk])
    return written


def supply_by_hand(task_id: uuid.UUID, message_id: uuid.UUID) -> Change[None]:
    """Records that a person supplies the result of this tool call."""
    with change(task_id) as written:
        request = Message.objects.get(pk=message_id, turn__task_id=task_id)
        request.data[BY_HAND] = True
        request.save(update_fields=("data",))
        written.add_messages(request.turn_id, [request.pk])
    return written


def answer_instead(turn_id: uuid.UUID, tool_call_id: str, output: str, *, rejected: bool) -> list[Message]:
    """Records a decision not to call the tool: the model is given ``output``, and the call's card shows it.

    Must run within a change (the decision).

    Args:
        rejected: ``output`` is the reason for a rejection, not a result.

    Returns:
        The messages that are new or changed; empty if the call has no card.
    """
    request = _request_of(turn_id, tool_call_id)
    if request is None:
        return []
    response = _response(request, output, unrecorded=not rejected)
    response.position = position_after_all(turn_id)
    if rejected:
        response.data["rejected"] = True
    else:
        request.data[BY_HAND] = True
    request.status, request.finished_at = Status.DONE, timezone.now()
    upsert([response, request], only=("status", "content", "data", "finished_at"))
    return [response, request]


def change_arguments(turn_id: uuid.UUID, tool_call_id: str, arguments: str) -> list[Message]:
    """Records arguments that a person changed before the call. Must run within a change (the decision)."""
    request = _request_of(turn_id, tool_call_id)
    if request is None:
        return []
    request.content = arguments
    request.save(update_fields=("content",))
    return [request]


def _request_of(turn_id: uuid.UUID, tool_call_id: str) -> Message | None:
    """The request of a call that one of the agent's own tools answers."""
    pk = tool_message_id(turn_id, tool_call_id, Kind.TOOL_REQUEST)
    request = Message.objects.filter(pk=pk).first()
    return None if request is None or "hosted" in request.data else request


def close_open(turn_id: uuid.UUID, outputs: Mapping[str, str], *, unrecorded: bool = False) -> list[Message]:
    """Closes the calls that are still open when their turn ends well. Must run within a change (the end).

    Args:
        outputs: the outputs that the model was given, by call id; for a call that a guardrail rejected, the
            rejection.
        unrecorded: the calls may have run, because the author's hooks record nothing.

    Returns:
        The messages that are new or changed, each response before its request.
    """
    requests = Message.objects.filter(
        turn_id=turn_id, kind=Kind.TOOL_REQUEST, status__in=(Status.PENDING, Status.STREAMING)
    )
    changed: list[Message] = []
    for request in requests.order_by("position"):
        changed += [_response(request, outputs.get(request.tool_call_id), unrecorded), request]
        # For a call that did not run, ``finished_at`` is when the model had written it.
        request.status, request.finished_at = Status.DONE, request.finished_at or timezone.now()
    if changed:
        position = position_after_all(turn_id)
        for response in changed[::2]:
            response.position, position = position, after(position)
        upsert(changed, only=("status", "finished_at"))
    return changed


def _response(request: Message, output: str | None, unrecorded: bool) -> Message:
    began = request.status == Status.STREAMING
    otherwise = UNRECORDED if unrecorded else NO_END if began else NOT_RUN
    return Message(
        pk=tool_message_id(request.turn_id, request.tool_call_id, Kind.TOOL_RESPONSE),
        turn_id=request.turn_id,
        author=Message.Author.AGENT,
        kind=Kind.TOOL_RESPONSE,
        status=Status.DONE if unrecorded else Status.FAILED,
        content=otherwise if output is None else output,
        data={name: request.data[name] for name in ("inside",) if name in request.data},
        agent_name=request.agent_name,
        tool_name=request.tool_name,
        tool_call_id=request.tool_call_id,
        finished_at=timezone.now(),
    )
