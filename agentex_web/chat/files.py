"""Uploads files before their message is sent, and serves them to people who may read them."""

import asyncio
import uuid

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from agentex_web.chat.access import attachment_of, person, signed_in
from agentex_web.chat.few_at_once import few_at_once
from agentex_web.chat.refusals import Refused, limited, refusal
from agentex_web.files.encodings import CHOICES
from agentex_web.files.kinds import PDF, TEXT
from agentex_web.files.reading import read_file
from agentex_web.files.result import Unreadable
from agentex_web.limits.people import count_upload
from agentex_web.tasks import attachments
from agentex_web.tasks.models import Attachment
from agentex_web.tasks.threads import in_database

PREVIEW_LENGTH = 200
"""Characters in the preview of a text whose encoding is uncertain."""


@require_POST
@signed_in
@limited(count_upload)
@few_at_once
async def upload(request: HttpRequest) -> HttpResponse:
    """Accepts one file. Responds with the id by which a message names it, and with how it was read."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return await refusal(request, Refused(_("Choose a file first.")))
    owner, name = person(request), attachments.display_name(file.name)
    try:
        await in_database(attachments.check_room, owner, name, file.size or 0)
        body = await asyncio.to_thread(file.read)
        read = await read_file(body, owner=owner.pk)
        row = await in_database(attachments.store_file, owner, name, body, read)
    except attachments.AttachmentRefused as refused:
        is_too_large = (file.size or 0) > settings.AGENTEX_ATTACHMENT_BYTES
        return await refusal(request, Refused(str(refused), 413 if is_too_large else 400))
    except Unreadable as unreadable:
        return await refusal(request, Refused(f"“{name}”: {_(str(unreadable))}"))
    return JsonResponse(_described(row), status=201)


@require_POST
@signed_in
@limited(count_upload)
@few_at_once
async def encoding(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """Reads an unsent text file again in the encoding that its owner chose; none detects it again."""
    chosen = request.POST.get("encoding", "")
    if chosen and chosen not in CHOICES:
        return await refusal(request, Refused(_("Choose one of the encodings.")))
    row, body = await in_database(_read, request, attachment_id)
    try:
        read = await read_file(body, owner=row.owner_id, encoding=chosen)
    except Unreadable as unreadable:
        return await refusal(request, Refused(_(str(unreadable))))
    kept = await in_database(attachments.read_again, person(request), attachment_id, read)
    if kept is None:
        return await refusal(request, Refused(_("This file has already been sent."), 409))
    return JsonResponse(_described(kept))


def _described(row: Attachment) -> dict[str, object]:
    """What the composer shows of a file; ``preview`` lets a person judge the encoding."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "content_type": row.content_type,
        "size": row.size,
        "encoding": row.encoding,
        "note": row.note,
        "preview": row.text[:PREVIEW_LENGTH] if row.encoding else "",
    }


@require_POST
@signed_in
async def remove(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """Deletes a file that was not sent; leaves sent files as they are."""
    await in_database(attachments.remove, person(request), attachment_id)
    return HttpResponse(status=204)


@require_safe
@cache_control(private=True, max_age=3600)
@signed_in
@few_at_once
async def file(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """Serves a file: pictures for display, or with ``?download`` as a download like all other files. Headers
    keep the browser from running anything in it.
    """
    row, body = await in_database(_read, request, attachment_id)
    kind = "text/plain; charset=utf-8" if row.content_type == TEXT else row.content_type
    is_saved = not row.is_image or "download" in request.GET
    disposition = content_disposition_header(as_attachment=is_saved, filename=row.name)
    return HttpResponse(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_safe
@cache_control(private=True, max_age=3600)
@signed_in
@few_at_once
async def pages(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """A PDF for the browser's own viewer, in a frame on this site's pages. 404 for any other file.

    Viewers do not work in the sandbox that other files are served with. A PDF runs nothing in this site's
    origin: its type was detected from its content, and the browser may not treat it as another type.
    """
    row, body = await in_database(_read, request, attachment_id)
    if row.content_type != PDF:
        raise Http404("This file has no pages.")
    return HttpResponse(
        body,
        content_type=PDF,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=False, filename=row.name)
            or "inline",
            "Content-Security-Policy": "frame-ancestors 'self'",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
        },
    )


@require_safe
@cache_control(private=True, max_age=3600)
@signed_in
async def text(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """The text of a document that the model is given, as plain text. 404 for a picture."""
    words = await in_database(_text, request, attachment_id)
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _text(request: HttpRequest, attachment_id: uuid.UUID) -> str:
    row = attachment_of(request.user, attachment_id)
    if row.is_image:
        raise Http404("A picture has no text.")
    return row.text


def _read(request: HttpRequest, attachment_id: uuid.UUID) -> tuple[Attachment, bytes]:
    row = attachment_of(request.user, attachment_id)
    try:
        with row.file.open("rb") as stored:
            return row, stored.read()
    except FileNotFoundError:
        raise Http404("This file no longer exists.") from None
