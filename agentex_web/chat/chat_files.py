"""The files of a chat: what people attached, and the pictures and files that its agents made."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.actions.access import get_task_to_read
from agentex_web.chat.access import signed_in
from agentex_web.files.kinds import PDF
from agentex_web.tasks.models import Attachment, Message, Task, Turn
from agentex_web.tasks.threads import in_database

MOST = 500
"""At most this many files are listed, the latest ones."""


@dataclass(frozen=True)
class ChatFile:
    """A file that is listed in the panel of a chat.

    Attributes:
        source: the tool or agent that made the file; empty if a person attached it.
        message_id: the message to link to. For a tool's result this is its call, whose card shows the result.
    """

    row: Attachment
    source: str
    message_id: uuid.UUID

    @property
    def is_pdf(self) -> bool:
        return self.row.content_type == PDF


@require_safe
@never_cache
@signed_in
async def chat_files(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The list, for the panel next to the chat."""
    return await in_database(_chat_files, request, task_id)


def _chat_files(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    task = get_task_to_read(request.user, task_id)
    rows, has_more = files_of(task)
    context: dict[str, Any] = {"task": task, "files": rows, "has_more": has_more, "most": MOST}
    return render(request, "chat/_chat_files.html", context)


def files_of(task: Task) -> tuple[list[ChatFile], bool]:
    """The files, the latest first, and whether there are more. Two queries.

    Those of messages that were withdrawn before an agent saw them are left out.
    """
    rows = Attachment.objects.filter(message__turn__task=task)
    rows = rows.exclude(message__turn__status=Turn.Status.WITHDRAWN)
    rows = rows.select_related("message").defer("text", "message__html", "message__data")
    found = list(rows.order_by("-created_at", "pk")[: MOST + 1])
    calls = _calls(task, [each.message for each in found if each.message is not None])
    made = [
        ChatFile(each, _source(each.message), calls.get(_call_of(each.message), each.message.pk))
        for each in found[:MOST]
        if each.message is not None
    ]
    return made, len(found) > MOST


def _source(message: Message) -> str:
    if message.author == Message.Author.USER:
        return ""
    return message.tool_name or message.agent_name


def _call_of(message: Message) -> tuple[uuid.UUID, str]:
    return message.turn_id, message.tool_call_id


def _calls(task: Task, messages: list[Message]) -> dict[tuple[uuid.UUID, str], uuid.UUID]:
    """The ids of the requests that these tool results belong to, by turn and tool call id."""
    ids = {each.tool_call_id for each in messages if each.kind == Message.Kind.TOOL_RESPONSE}
    if not ids:
        return {}
    calls = Message.objects.filter(turn__task=task, kind=Message.Kind.TOOL_REQUEST, tool_call_id__in=ids)
    return {(turn, call): pk for turn, call, pk in calls.values_list("turn_id", "tool_call_id", "pk")}
