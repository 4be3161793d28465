"""Operations on files."""

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import File as Uploaded
from ninja import Status
from ninja.files import UploadedFile

from agentex_web.actions.access import attachment_of
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.files import store_upload, stored_file
from agentex_web.api import shown
from agentex_web.api.shapes import File
from agentex_web.api.site import api, person
from agentex_web.files.kinds import TEXT
from agentex_web.limits.people import count_upload
from agentex_web.tasks.threads import in_database

TAGS = ["Files"]


@api.post("/files", response={201: File}, operation_id="uploadFile", summary="Upload a file", tags=TAGS)
@few_at_once
async def upload_file(request: HttpRequest, file: Uploaded[UploadedFile]) -> Any:
    """Stores a file for a message. It is deleted after a day if no message takes it."""
    user = person(request)
    await count_upload(user.pk)
    return Status(201, shown.file(await store_upload(user, file)))


@api.get("/files/{uuid:file_id}", response=File, operation_id="getFile", summary="Describe a file", tags=TAGS)
async def get_file(request: HttpRequest, file_id: uuid.UUID) -> Any:
    """A file's name, type and size."""
    return await in_database(_described, person(request), file_id)


def _described(user: User, file_id: uuid.UUID) -> dict[str, Any]:
    return shown.file(attachment_of(user, file_id))


@api.get(
    "/files/{uuid:file_id}/content",
    operation_id="downloadFile",
    summary="Download a file",
    tags=TAGS,
    openapi_extra={
        "responses": {
            200: {
                "description": "The file",
                "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
@few_at_once
async def download_file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The file itself."""
    row, body = await in_database(stored_file, person(request), file_id)
    kind = "text/plain; charset=utf-8" if row.content_type == TEXT else row.content_type
    disposition = content_disposition_header(as_attachment=True, filename=row.name)
    return HttpResponse(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
