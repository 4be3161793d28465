"""`/v1/responses`: a response is a turn, and names the one before it."""

import asyncio

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from agentex_web.accounts.models import ApiKey
from agentex_web.actions.stopping import stop
from agentex_web.api.openai.accepting import accept
from agentex_web.api.openai.answering import Answer
from agentex_web.api.openai.endpoint import endpoint
from agentex_web.api.openai.errors import ApiError, Json, no_response
from agentex_web.api.openai.following import Following
from agentex_web.api.openai.headers import named
from agentex_web.api.openai.messages_input import input_of
from agentex_web.api.openai.response_events import ResponseEvents
from agentex_web.api.openai.response_object import response_of
from agentex_web.api.openai.state import TurnState
from agentex_web.api.openai.streaming import event_stream
from agentex_web.api.openai.wanted import turn_id_of
from agentex_web.background import for_task
from agentex_web.journal.listing import arrange
from agentex_web.journal.record import report_chat, report_deleted
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.threads import in_database

STOP_SECONDS = 5.0
"""How long the answer to a cancellation waits for the turn to end."""


async def _create(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    wanted, turn_id = await accept(request, key, input_of)
    answer = Answer(request, key, turn_id)
    if wanted.streams:
        return await _streamed(answer, is_settled=wanted.is_settled)
    state = await (answer.state() if wanted.in_background else answer.end())
    return named(JsonResponse(response_of(state)), state)


async def _read(request: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    answer, state = await _found(request, key, response_id)
    if request.GET.get("stream") == "true":
        if request.GET.get("starting_after"):
            raise ApiError(
                "“starting_after” is not supported: the stream begins with what there is so far.",
                param="starting_after",
                code="unsupported_parameter",
            )
        return await _streamed(answer, is_settled=False)
    return named(JsonResponse(response_of(state)), state)


async def _delete(request: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    """Deletes the chat, if the response is all of it."""
    _, state = await _found(request, key, response_id)
    task_id = state.turn.task_id
    if await in_database(Turn.objects.filter(task=task_id).count) > 1:
        raise ApiError(
            "The response is part of a chat with other messages. Delete the chat instead: "
            f"DELETE /api/v1/tasks/{task_id}",
            409,
            code="part_of_chat",
        )
    await stop(key.person, task_id)
    await in_database(arrange, key.person_id, [task_id], "delete")
    for_task(task_id, report_deleted(str(task_id)))
    for_task(task_id, report_chat(key.person_id, str(task_id)))
    return JsonResponse({"id": response_id, "object": "response", "deleted": True})


async def _cancel(request: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    """Stops the turn, if it is open."""
    answer, state = await _found(request, key, response_id)
    if state.turn.status in Turn.OPEN:
        await stop(key.person, state.turn.task_id)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                state = await answer.end()
        except TimeoutError:
            state = await answer.state()
    return named(JsonResponse(response_of(state)), state)


async def _input_items(request: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    """The message that was sent."""
    _, state = await _found(request, key, response_id)
    items = [_input_item(row) for row in state.rows if row.opens_turn]
    ends = {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {}
    return JsonResponse({"object": "list", "data": items, "has_more": False, **ends})


def _input_item(row: Message) -> Json:
    content: list[Json] = [{"type": "input_text", "text": row.content}] if row.content else []
    content += [
        {"type": "input_file", "file_id": f"file-{file['id']}", "filename": file["name"]}
        for file in row.data.get("attachments", [])
    ]
    return {
        "id": f"msg_{row.pk.hex}",
        "type": "message",
        "role": "user",
        "status": "completed",
        "content": content,
    }


async def _found(request: HttpRequest, key: ApiKey, response_id: str) -> tuple[Answer, TurnState]:
    """
    Raises:
        ApiError: the person has no such response.
    """
    answer = Answer(request, key, turn_id_of(response_id))
    try:
        return answer, await answer.state()
    except ApiError:
        raise no_response(response_id) from None


async def _streamed(answer: Answer, *, is_settled: bool) -> HttpResponseBase:
    events, state = ResponseEvents(), await answer.state()
    following = Following(answer.state, state, is_settled=is_settled)
    return named(event_stream(answer, following, events, events.opening(state)), state)


responses = endpoint(post=_create)
response = endpoint(get=_read, delete=_delete)
cancel = endpoint(post=_cancel)
input_items = endpoint(get=_input_items)
