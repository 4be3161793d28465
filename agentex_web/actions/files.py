"""Files of people: uploaded before their message is sent, and read again."""

import asyncio
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.translation import gettext as _

from agentex_web.actions.access import attachment_of
from agentex_web.actions.refused import Refused
from agentex_web.files.reading import read_file
from agentex_web.files.result import Unreadable
from agentex_web.tasks import attachments
from agentex_web.tasks.models import Attachment
from agentex_web.tasks.threads import in_database


async def store_upload(owner: User, file: "UploadedFile[Any]") -> Attachment:
    """Reads an uploaded file, and stores it until a message or an answer takes it.

    Raises:
        Refused: there is no room for it, or no agent could read it.
    """
    name, size = attachments.display_name(file.name), file.size or 0
    try:
        await in_database(attachments.check_room, owner, name, size)
        body = await asyncio.to_thread(file.read)
        read = await read_file(body, owner=owner.pk)
        return await in_database(attachments.store_file, owner, name, body, read)
    except attachments.AttachmentRefused as refused:
        is_too_large = size > settings.AGENTEX_ATTACHMENT_BYTES
        raise Refused(str(refused), 413 if is_too_large else 400) from None
    except Unreadable as unreadable:
        raise Refused(f"“{name}”: {_(str(unreadable))}") from None


def stored_file(user: User | AnonymousUser, attachment_id: uuid.UUID) -> tuple[Attachment, bytes]:
    """A file that the person may read, and its bytes.

    Raises:
        Http404: there is none.
    """
    row = attachment_of(user, attachment_id)
    try:
        with row.file.open("rb") as stored:
            return row, stored.read()
    except FileNotFoundError:
        raise Http404("This file no longer exists.") from None
