"""A chat's menu: rename or duplicate it, or arrange one or several chats in the list."""

import asyncio
import uuid

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.actions.access import get_task_for_user
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.refused import Refused
from agentex_web.background import for_task
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.forms import ArrangeForm, DuplicateForm, RenameForm
from agentex_web.chat.list_reports import report_chats, rows_of
from agentex_web.chat.refusals import limited, refusal, valid
from agentex_web.journal.copies import copy_task
from agentex_web.journal.listing import ChatMissing, arrange
from agentex_web.journal.record import report, report_deleted
from agentex_web.journal.task import rename as give_title
from agentex_web.limits.people import count_message
from agentex_web.tasks import file_copies
from agentex_web.tasks.attachments import AttachmentRefused
from agentex_web.tasks.file_copies import FileCopy
from agentex_web.tasks.models import Folder, Task
from agentex_web.tasks.threads import in_database


@require_POST
@signed_in
async def rename(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """Renames the chat. Responds with the title as it was stored."""
    task = await in_database(get_task_for_user, request.user, task_id)
    try:
        data = valid(RenameForm(request.POST))
    except Refused as refused:
        return await refusal(request, refused)
    change = await in_database(give_title, task.pk, data["title"])
    for_task(task_id, report(change))
    return JsonResponse({"title": change.result, **await rows_of(person(request), [task_id])})


@require_POST
@signed_in
async def arrange_chats(request: HttpRequest) -> HttpResponse:
    """Pins, archives, deletes, restores, moves or marks as seen the person's chats. Responds with their rows.

    A deletion can be undone for ``AGENTEX_UNDO_SECONDS``; after that, a worker carries it out.
    """
    try:
        ids, action = await in_database(_arrange, request)
    except Refused as refused:
        return await refusal(request, refused)
    user = person(request)
    if action == "delete":
        for each in ids:
            for_task(each, report_deleted(str(each)))
    for_task(ids[0], report_chats(user.pk, ids))
    return JsonResponse(await rows_of(user, ids))


@require_POST
@signed_in
@limited(count_message)
@few_at_once
async def duplicate(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """Copies a chat with its files, and sends the person to the copy."""
    try:
        task, copy, files = await in_database(_planned, request, task_id)
    except Refused as refused:
        return await refusal(request, refused)
    # Outside a transaction, which would block other writers while the files are copied.
    await asyncio.to_thread(file_copies.write_files, files)
    title = _("Copy of %(title)s") % {"title": task.title or _("Untitled chat")}
    try:
        new = await in_database(copy_task, task, copy, title, files)
    except AttachmentRefused as refused:
        await asyncio.to_thread(file_copies.delete_files, files)
        return await refusal(request, Refused(str(refused)))
    except Exception:
        await asyncio.to_thread(file_copies.delete_files, files)
        raise
    for_task(new.pk, report_chats(person(request).pk, [new.pk]))
    return HttpResponse(status=201, headers={"HX-Redirect": new.get_absolute_url()})


def _arrange(request: HttpRequest) -> tuple[list[uuid.UUID], str]:
    data = valid(ArrangeForm(request.POST))
    user, folder = person(request), None
    if data["action"] == "move" and data["folder"] is not None:
        folder = Folder.objects.filter(owner=user, pk=data["folder"]).first()
        if folder is None:
            raise Http404("There is no such folder.")
    try:
        arrange(user.pk, data["ids"], data["action"], folder)
    except ChatMissing:
        if data["action"] == "restore":
            raise Refused(_("It is too late to undo this: the chat has been deleted."), 409) from None
        raise Http404("There is no such chat.") from None
    return data["ids"], data["action"]


def _planned(request: HttpRequest, task_id: uuid.UUID) -> tuple[Task, uuid.UUID, list[FileCopy]]:
    task = get_task_for_user(request.user, task_id)
    data = valid(DuplicateForm(request.POST))
    # Derived from the browser's id, so that a repeated request makes no second copy.
    copy = uuid.uuid5(data["id"], f"copy of {task_id}")
    files = file_copies.planned(task, copy)
    try:
        file_copies.check_room(task.owner_id, files)
    except AttachmentRefused as refused:
        raise Refused(str(refused)) from None
    return task, copy, files
