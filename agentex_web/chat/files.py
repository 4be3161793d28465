"""Files that people attach: taken before their message is sent, served to their owner alone."""

import uuid

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from agentex_web.chat.access import attachment_of, person, signed_in
from agentex_web.chat.refusals import Refused, refusal
from agentex_web.tasks import attachments
from agentex_web.tasks.models import Attachment
from agentex_web.tasks.threads import in_database


@require_POST
@signed_in
async def upload(request: HttpRequest) -> HttpResponse:
    """Takes one file; answers with the id by which a message names it."""
    file = request.FILES.get("file")
    try:
        if not isinstance(file, UploadedFile):
            raise Refused("Choose a file first.")
        row = await in_database(attachments.keep, person(request), file)
    except attachments.AttachmentRefused as refused:
        status = 413 if file is not None and (file.size or 0) > settings.AGENTEX_ATTACHMENT_BYTES else 400
        return await refusal(request, Refused(str(refused), status))
    except Refused as refused:
        return await refusal(request, refused)
    body = {"id": str(row.pk), "name": row.name, "content_type": row.content_type, "size": row.size}
    return JsonResponse(body, status=201)


@require_POST
@signed_in
async def remove(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """Drops a file that was not sent; of any other it changes nothing."""
    await in_database(attachments.remove, person(request), attachment_id)
    return HttpResponse(status=204)


@require_safe
@cache_control(private=True, max_age=3600)
@signed_in
async def file(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """The file as it was given. It can do nothing in the browser, whatever is in it."""
    row, body = await in_database(_read, request, attachment_id)
    kind = "text/plain; charset=utf-8" if row.content_type == attachments.TEXT else row.content_type
    disposition = content_disposition_header(as_attachment=not row.is_image, filename=row.name)
    return HttpResponse(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _read(request: HttpRequest, attachment_id: uuid.UUID) -> tuple[Attachment, bytes]:
    row = attachment_of(request.user, attachment_id)
    try:
        with row.file.open("rb") as stored:
            return row, stored.read()
    except FileNotFoundError:
        raise Http404("This file is gone.") from None
