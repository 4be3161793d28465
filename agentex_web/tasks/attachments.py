"""Files that people attach: what they are by their content, and what a model can read of them."""

import re
import uuid
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from agentex_web.tasks.models import Attachment, Message

TEXT, PDF = "text/plain", "application/pdf"
TEXT_LENGTH = 200_000
"""Characters of a file's text that the model is given at most."""
UNSENT_KEPT = timedelta(days=1)
UNSENT_COUNT = 100
"""Files that one person may have waiting for their messages."""
NAME_LENGTH = 200

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")


class AttachmentRefused(Exception):
    """A file that is not taken; the text says why and what to do."""


def type_of(head: bytes) -> str:
    """The content type that a file's first bytes tell; empty if they are none of those that we know."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return PDF
    return ""


def keep(owner: User, upload: "UploadedFile[Any]") -> Attachment:
    """Stores a file that waits for its message.

    Raises:
        AttachmentRefused: too large, empty, or of a kind that no agent can read.
    """
    name = (
        PurePath(str(upload.name or "file").replace("\\", "/")).name.replace("\x00", "")[-NAME_LENGTH:]
        or "file"
    )
    limit = settings.AGENTEX_ATTACHMENT_BYTES
    if (upload.size or 0) > limit:
        raise AttachmentRefused(f"“{name}” has {_size(upload.size or 0)}; {_size(limit)} is the most.")
    if Attachment.objects.filter(owner=owner, message=None).count() >= UNSENT_COUNT:
        raise AttachmentRefused(f"{UNSENT_COUNT} files wait to be sent. Send or remove some of them first.")
    body = upload.read()
    if not body:
        raise AttachmentRefused(f"“{name}” is empty.")
    content_type, text = _read(name, body)
    upload.seek(0)
    row = Attachment(owner=owner, name=name, content_type=content_type, size=len(body), text=text)
    # The name that the person gave says nothing about where it lies.
    row.file.save(f"{row.pk.hex}", upload, save=False)
    row.save(force_insert=True)
    return row


def _read(name: str, body: bytes) -> tuple[str, str]:
    kind = type_of(body[:32])
    if kind == PDF:
        return kind, _pdf_text(name, body)
    if kind:
        return kind, ""
    text = _decoded(body)
    if text is None:
        raise AttachmentRefused(
            f"“{name}” is neither text nor a PDF nor an image (PNG, JPEG, GIF, WebP): no agent could read it."
        )
    return TEXT, text[:TEXT_LENGTH]


def _decoded(body: bytes) -> str | None:
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        # An older text; what is no text at all has control characters.
        text = body.decode("cp1252", errors="replace")
        return None if _CONTROLS.search(text) else text
    return None if "\x00" in text else text


def _pdf_text(name: str, body: bytes) -> str:
    parts: list[str] = []
    try:
        for page in PdfReader(BytesIO(body)).pages:
            parts.append(page.extract_text())
            if sum(map(len, parts)) > TEXT_LENGTH:
                break
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AttachmentRefused(
            f"“{name}” cannot be read: it is damaged or protected by a password."
        ) from error
    text = "\n\n".join(parts).replace("\x00", "")[:TEXT_LENGTH]
    if not text.strip():
        raise AttachmentRefused(
            f"“{name}” has no text in it, only pictures of pages. Attach those as images instead."
        )
    return text


def claim(owner_id: int, message: Message, ids: Sequence[uuid.UUID]) -> None:
    """Gives unsent files to a message, which then names them in its data.

    Raises:
        AttachmentRefused: one of them is not there, not this person's, or already sent.
    """
    found = Attachment.objects.filter(pk__in=ids, owner_id=owner_id, message=None)
    rows = {row.pk: row for row in found.defer("text")}
    if len(rows) != len(set(ids)):
        raise AttachmentRefused("A file is not there any more. Remove it and attach it again.")
    message.data["attachments"] = [
        {"id": str(row.pk), "name": row.name, "content_type": row.content_type, "size": row.size}
        for row in (rows[each] for each in dict.fromkeys(ids))
    ]
    message.save(update_fields=("data",))
    Attachment.objects.filter(pk__in=rows).update(message=message)


def remove(owner: User, attachment_id: uuid.UUID) -> None:
    """Drops a file that was not sent."""
    Attachment.objects.filter(pk=attachment_id, owner=owner, message=None).delete()


def forget_unsent() -> int:
    """Drops files that have waited too long for their message; returns how many."""
    before = timezone.now() - UNSENT_KEPT
    return Attachment.objects.filter(message=None, created_at__lt=before).delete()[0]


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count:,} bytes"
