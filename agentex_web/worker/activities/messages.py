"""Messages that are written in one piece: tool calls, handoffs, and an author's own."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from django.utils import timezone
from temporalio import activity

from agentex_web.computing import computed
from agentex_web.journal import messages, tool_calls
from agentex_web.journal.change import Change, TurnOver
from agentex_web.journal.record import record
from agentex_web.positions import below
from agentex_web.rendering.markdown import render
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks import pictures
from agentex_web.tasks.message_ids import tool_message_id
from agentex_web.tasks.models import Message
from agentex_web.tasks.queries import turn_for
from agentex_web.tasks.threads import in_database
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.record_payloads import CreateMessage, Handoff, TakeBack, ToolCall, ToolFile
from agentex_web.turns.running_activity import NewMessage, created_id, new_message, require_context
from agentex_web.worker.activities.own_task import own_task
from agentex_web.worker.model.hosted import IMAGE_LENGTH

P = ParamSpec("P")


def _inside(context: ActivityContext) -> dict[str, str]:
    """The id of the tool call that this agent runs for; the message is shown in that call's card."""
    return {"inside": context.parent_tool_call_id} if context.parent_tool_call_id else {}


async def _while_open(write: Callable[P, Change[None]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Records something that belongs to an open turn. If the turn has ended, nothing is written."""
    try:
        await record(write, *args, **kwargs)
    except TurnOver as over:
        activity.logger.info("%s", over)


def files_as_data(files: Sequence[ToolFile]) -> dict[str, Any]:
    """Files of a tool's result, in the form in which tasks/pictures.py expects them in a message."""
    kept = [{"url": each.url, "name": each.name} for each in files if not _is_too_large(each)]
    return {pictures.FILES: kept} if kept else {}


def _is_too_large(file: ToolFile) -> bool:
    return len(file.url) > IMAGE_LENGTH


def _text_of(call: ToolCall) -> str:
    """The output, with a note for each file that is too large to be shown."""
    large = [each.name or "A file" for each in call.files if _is_too_large(each)]
    notes = [f"({name} is too large to be shown here.)" for name in large]
    return "\n\n".join(filter(None, [call.output or "", *notes]))


def _is_markdown(create: CreateMessage) -> bool:
    """False for data, which is shown as a tree, and for a person's text, which is shown unformatted."""
    return create.kind == "text" and create.content.author != "user" and "data" not in create.data


def _request(call: ToolCall, context: ActivityContext) -> Message:
    turn_id = uuid.UUID(call.turn_id)
    return Message(
        pk=tool_message_id(turn_id, call.tool_call_id, Message.Kind.TOOL_REQUEST),
        turn_id=turn_id,
        position=below(context.path, 0),
        author=Message.Author.AGENT,
        kind=Message.Kind.TOOL_REQUEST,
        content=call.arguments,
        data=_inside(context),
        agent_name=call.agent_name,
        tool_name=call.tool_name,
        tool_call_id=call.tool_call_id,
        attempt=activity.info().attempt,
    )


@activity.defn(name="tool_started")
async def tool_started(call: ToolCall) -> None:
    """Shows the tool call as running: the request that the model streamed, or a new one."""
    await _while_open(tool_calls.start, uuid.UUID(call.task_id), _request(call, require_context()))


@activity.defn(name="tool_ended")
async def tool_ended(call: ToolCall) -> None:
    """Marks the tool's request as done and adds its result as a message."""
    context, now = require_context(), timezone.now()
    request = _request(call, context)
    request.finished_at = now
    response = Message(
        pk=tool_message_id(request.turn_id, call.tool_call_id, Message.Kind.TOOL_RESPONSE),
        turn_id=request.turn_id,
        position=below(context.path, 1),
        author=Message.Author.AGENT,
        kind=Message.Kind.TOOL_RESPONSE,
        status=Message.Status.FAILED if call.failed else Message.Status.DONE,
        content=_text_of(call),
        data={**_inside(context), **({"undo": True} if call.undoable else {})} | files_as_data(call.files),
        agent_name=call.agent_name,
        tool_name=call.tool_name,
        tool_call_id=call.tool_call_id,
        finished_at=now,
    )
    made = await computed(pictures.take_out, response)
    if made:
        await in_database(pictures.write_files, made)
    await _while_open(tool_calls.end, uuid.UUID(call.task_id), request, response, made)


@activity.defn(name="handed_off")
async def handed_off(handoff: Handoff) -> None:
    """Shows that another agent takes over."""
    context = require_context()
    turn_id = uuid.UUID(handoff.turn_id)
    row = Message(
        pk=uuid.uuid5(turn_id, f"handoff/{int(context.path)}"),
        turn_id=turn_id,
        position=below(context.path, 0),
        author=Message.Author.SYSTEM,
        kind=Message.Kind.HANDOFF,
        content=f"{handoff.from_agent} handed over to {handoff.to_agent}",
        data={"from": handoff.from_agent, "to": handoff.to_agent, **_inside(context)},
        agent_name=handoff.to_agent,
        finished_at=timezone.now(),
    )
    await _while_open(messages.write, uuid.UUID(handoff.task_id), row)


@activity.defn(name="create_message")
async def create_message(create: CreateMessage) -> str:
    """Adds a message of the author and returns its id. An echo of an existing message adds nothing."""
    with own_task(create.task_id):
        return str(await _create(create, require_context(), new_message()))


async def _create(create: CreateMessage, context: ActivityContext, new: NewMessage) -> uuid.UUID:
    task_id, content = uuid.UUID(create.task_id), create.content
    turn_id = await in_database(turn_for, task_id, create.turn_id or context.turn_id)
    row = Message(
        pk=_id(create, turn_id, new),
        turn_id=turn_id,
        position=new.position,
        author=content.author,
        kind=Message.Kind(create.kind),
        tool_name=create.tool_name,
        tool_call_id=create.tool_call_id,
        status=Message.Status(create.status),
        error=create.error,
        content=content.content,
        data={**create.data, **_inside(context)},
        html=await render(content.content) if _is_markdown(create) else "",
        agent_name=create.agent_name,
        finished_at=timezone.now(),
    )
    return await record(messages.create, task_id, row, is_streamed=bool(create.message_id))


def _id(create: CreateMessage, turn_id: uuid.UUID, new: NewMessage) -> uuid.UUID:
    if create.tool_call_id:
        return tool_message_id(turn_id, create.tool_call_id, create.kind)
    if create.message_id:
        return uuid.UUID(create.message_id)
    return created_id(turn_id, create.key) if create.key else new.created_in(turn_id)


@activity.defn(name="take_back")
async def take_back(taken: TakeBack) -> None:
    """Withdraws what the model said: stops calls under way, deletes the rows, clears the page."""
    await announce_stop(taken.turn_id, taken.before, require_context().continued)
    ids = uuid.UUID(taken.task_id), uuid.UUID(taken.turn_id)
    continued = uuid.UUID(taken.grown) if taken.grown else None
    await record(messages.take_back, *ids, taken.start, taken.before, taken.parent_tool_call_id, continued)
