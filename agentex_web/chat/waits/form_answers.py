"""The view that answers a form of a waiting turn."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.actions.faults import faults_of
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.files import store_upload
from agentex_web.actions.refused import Refused
from agentex_web.chat.access import signed_in
from agentex_web.chat.message_views import MessageView
from agentex_web.chat.questions.fields import PREFIX
from agentex_web.chat.questions.values import values_of
from agentex_web.chat.refusals import limited, refusal
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.waits.decisions import decide_and_show
from agentex_web.chat.waits.views import add_waits
from agentex_web.limits.people import count_message
from agentex_web.tasks import attachments
from agentex_web.tasks.models import Attachment, Message
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import decidable_by

MOST_FILES = 10
Json = dict[str, Any]


class _AnswerHasErrors(Exception):
    """The answer has errors. The form is shown again with ``values``, so that the person can correct them."""

    def __init__(self, values: Json, errors: Mapping[str, str]) -> None:
        self.values = values
        self.errors = errors


@require_POST
@signed_in
@limited(count_message)
@few_at_once
async def answer(request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> HttpResponse:
    """Answers or skips a form. Responds with its card, which names the errors of a refused answer."""
    try:
        wait = await in_database(_wait, request, task_id, wait_id)
        if request.POST.get("do") == "skip":
            return await decide_and_show(request, task_id, wait_id, Wait.Kind.FORM, _skipped)
        files = await _files(request, wait)
        return await decide_and_show(
            request,
            task_id,
            wait_id,
            Wait.Kind.FORM,
            lambda found: _answered(request, found, files),
            lambda found: _claim(found, files),
        )
    except Refused as refused:
        return await refusal(request, refused)
    except _AnswerHasErrors as refused:
        return await in_database(_card_with_errors, request, task_id, wait_id, refused)


def _wait(request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> Wait:
    """The form. Checked before the files are read, so that only people who may answer can upload."""
    rows = decidable_by(request.user).select_related("task__owner")
    wait = rows.filter(pk=wait_id, task_id=task_id, kind=Wait.Kind.FORM).first()
    if wait is None:
        raise Http404("There is nothing to answer.")
    return wait


def _skipped(wait: Wait) -> Mapping[str, Any]:
    if not wait.payload.get("skippable"):
        raise Refused(_("This form must be answered."))
    return {"skipped": True}


def _answered(
    request: HttpRequest, wait: Wait, files: Mapping[str, Sequence[Attachment]]
) -> Mapping[str, Any]:
    described = {**_given_before(wait), **{name: [*map(_described, rows)] for name, rows in files.items()}}
    values = values_of(wait.payload["fields"], request.POST, described)
    if faults := faults_of(wait.payload, values):
        raise _AnswerHasErrors(values, faults)
    return {"values": values}


def _claim(wait: Wait, files: Mapping[str, Sequence[Attachment]]) -> None:
    claimed = [each.pk for rows in files.values() for each in rows]
    if claimed:
        try:
            attachments.claim(wait.task.owner_id, Message.objects.get(pk=wait.pk), claimed)
        except attachments.AttachmentRefused as refused:
            raise Refused(str(refused)) from None


async def _files(request: HttpRequest, wait: Wait) -> dict[str, list[Attachment]]:
    """Stores the files of the answer, by field name. They belong to the owner of the chat."""
    found: dict[str, list[Attachment]] = {}
    names = [each["name"] for each in wait.payload["fields"] if each["kind"] == "file"]
    given = [(name, each) for name in names for each in request.FILES.getlist(f"{PREFIX}{name}")]
    if len(given) > MOST_FILES:
        raise Refused(_("You can attach up to %(limit)s files.") % {"limit": MOST_FILES})
    for name, file in given:
        assert isinstance(file, UploadedFile)
        found.setdefault(name, []).append(await store_upload(wait.task.owner, file))
    return found


def _given_before(wait: Wait) -> dict[str, list[Json]]:
    """The files of an answer that the agent's code has refused, by field name. They need no second upload."""
    given = wait.payload.get("given", {})
    found = {
        each["name"]: given.get(each["name"]) for each in wait.payload["fields"] if each["kind"] == "file"
    }
    return {name: files if isinstance(files, list) else [files] for name, files in found.items() if files}


def _described(row: Attachment) -> Json:
    return {"id": str(row.pk), "name": row.name, "content_type": row.content_type}


def _card_with_errors(
    request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID, refused: _AnswerHasErrors
) -> HttpResponse:
    """The card with what the person entered, and its errors."""
    view = MessageView(Message.objects.get(pk=wait_id, turn__task_id=task_id))
    add_waits([view], request.user)
    if view.wait is not None:
        view.wait.given, view.wait.errors = refused.values, dict(refused.errors)
    # htmx does not swap in a response whose status is an error.
    status = 200 if request.htmx else 400
    return render(request, "chat/_message.html", {"view": view, "task_id": task_id}, status=status)
