"""Files that are uploaded before their message is sent: stored, read again in another encoding, removed."""

import uuid

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.files import store_upload, stored_file
from agentex_web.actions.refused import Refused
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import limited, refusal
from agentex_web.files.encodings import CHOICES
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
    try:
        row = await store_upload(person(request), file)
    except Refused as refused:
        return await refusal(request, refused)
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
    row, body = await in_database(stored_file, request.user, attachment_id)
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
