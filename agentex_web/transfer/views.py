"""Exports of a chat: a dialog of formats, Markdown, JSON, and a page for printing."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.actions.access import get_readable_task
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.transcript import entries, render_turns, shown_turns
from agentex_web.computing import computed
from agentex_web.tasks.models import Task
from agentex_web.tasks.reading_log import log_reading
from agentex_web.tasks.threads import in_database
from agentex_web.transfer.exports import as_json, as_markdown


@require_safe
@never_cache
@signed_in
async def export(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The dialog that offers the formats of an export."""
    task = await in_database(_task, request, task_id)
    return await in_database(render, request, "transfer/_export.html", {"task": task})


@require_safe
@never_cache
@signed_in
@few_at_once
async def markdown(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    task = await in_database(_task, request, task_id)
    turns = await in_database(shown_turns, task)
    text = await computed(partial(as_markdown, task, turns, is_staff=person(request).is_staff))
    return _file(text, "text/markdown; charset=utf-8", task, "md")


@require_safe
@never_cache
@signed_in
@few_at_once
async def json_export(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    task = await in_database(_task, request, task_id)
    text = await in_database(lambda: "".join(as_json(task, is_staff=person(request).is_staff)))
    return _file(text, "application/json", task, "json")


@require_safe
@never_cache
@signed_in
@few_at_once
async def print_view(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The chat with everything unfolded, for printing or a PDF."""
    task = await in_database(_task, request, task_id)
    turns = await in_database(shown_turns, task)
    await render_turns(person(request).pk, turns)
    context = {"task": task, "entries": entries(turns, with_tools=True), "with_files": True, "is_paper": True}
    return await in_database(render, request, "transfer/print.html", context)


def _task(request: HttpRequest, task_id: uuid.UUID) -> Task:
    task = get_readable_task(request.user, task_id)
    if task.owner_id != person(request).pk:
        log_reading(person(request), task)
    return task


def _file(text: str, content_type: str, task: Task, ending: str) -> HttpResponse:
    name = f"{slugify(task.title, allow_unicode=True)[:80] or 'chat'}.{ending}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text.encode("utf-8", "replace"), content_type=content_type, headers=headers)
