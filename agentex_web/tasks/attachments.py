"""The rows of files that people attach: stored, claimed by a message, deleted if they were never sent."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.files.result import ReadFile
from agentex_web.names import NAME_LENGTH
from agentex_web.tasks.models import Attachment, Message

UNSENT_KEPT = timedelta(days=1)
UNSENT_COUNT = 100
"""Limit on one person's files that are not sent yet."""


class AttachmentRefused(Exception):
    """The file is refused; the message says why and what to do."""


def display_name(given: str | None) -> str:
    """The last part of the name that a browser sent, cut to ``NAME_LENGTH`` characters."""
    name = PurePath(str(given or "file").replace("\\", "/")).name.replace("\x00", "")
    return name[-NAME_LENGTH:] or "file"


def check_room(owner: User, name: str, size: int) -> None:
    """Checks a file against the limits, before it is read.

    Args:
        size: in bytes.

    Raises:
        AttachmentRefused: the file is empty or too large, or its owner has no room for it.
    """
    limit = settings.AGENTEX_ATTACHMENT_BYTES
    if size > limit:
        raise AttachmentRefused(
            _("“%(name)s” is %(size)s; the limit is %(limit)s.")
            % {"name": name, "size": filesizeformat(size), "limit": filesizeformat(limit)}
        )
    if not size:
        raise AttachmentRefused(_("“%(name)s” is empty.") % {"name": name})
    files = Attachment.objects.filter(owner=owner)
    if files.filter(message=None).count() >= UNSENT_COUNT:
        raise AttachmentRefused(
            _("You have %(count)s files waiting to be sent. Send or remove some of them first.")
            % {"count": UNSENT_COUNT}
        )
    quota = settings.AGENTEX_STORAGE_BYTES
    used = files.aggregate(used=Sum("size"))["used"] or 0
    if quota and used + size > quota:
        raise AttachmentRefused(
            _("Your files take %(used)s of %(quota)s. Delete chats with files to make room for “%(name)s”.")
            % {"used": filesizeformat(used), "quota": filesizeformat(quota), "name": name}
        )


def store_file(owner: User, name: str, body: bytes, read: ReadFile) -> Attachment:
    """Stores a file that is not sent yet.

    Args:
        read: the result of reading ``body``; if it has a converted body, that is stored instead.

    Raises:
        AttachmentRefused: as ``check_room``. A converted picture may be many times larger than what was sent,
            and other files of the owner may have been stored meanwhile.
    """
    stored = body if read.body is None else read.body
    row = Attachment(
        owner=owner,
        name=name,
        content_type=read.content_type,
        size=len(stored),
        text=read.text,
        encoding=read.encoding,
        note=read.note,
    )
    # The stored name does not depend on the person's name for the file.
    row.file.save(row.pk.hex, ContentFile(stored), save=False)
    try:
        with transaction.atomic():
            # One after the other: files that arrive together must not share the last room.
            User.objects.select_for_update().get(pk=owner.pk)
            check_room(owner, name, len(stored))
            row.save(force_insert=True)
    except BaseException:
        row.file.delete(save=False)
        raise
    return row


def read_again(owner: User, attachment_id: uuid.UUID, read: ReadFile) -> Attachment | None:
    """Replaces the reading of an unsent file; returns the file, or None if it does not exist."""
    unsent = Attachment.objects.filter(pk=attachment_id, owner=owner, message=None)
    if not unsent.update(text=read.text, encoding=read.encoding, note=read.note):
        return None
    return unsent.get()


@transaction.atomic
def claim(owner_id: int, message: Message, ids: Sequence[uuid.UUID]) -> None:
    """Assigns unsent files to a message, and lists them in its data.

    Raises:
        AttachmentRefused: a file does not exist, belongs to someone else, or was sent already.
    """
    found = Attachment.objects.filter(pk__in=ids, owner_id=owner_id, message=None)
    rows = {row.pk: row for row in found.defer("text")}
    # The number, because another message may claim them at the same moment.
    unsent = Attachment.objects.filter(pk__in=rows, message=None)
    if len(rows) != len(set(ids)) or unsent.update(message=message) != len(rows):
        raise AttachmentRefused(_("A file is no longer available. Remove it and attach it again."))
    message.data["attachments"] = [
        {"id": str(row.pk), "name": row.name, "content_type": row.content_type, "size": row.size}
        for row in (rows[each] for each in dict.fromkeys(ids))
    ]
    message.save(update_fields=("data",))


def remove(owner: User, attachment_id: uuid.UUID) -> None:
    """Deletes an unsent file."""
    Attachment.objects.filter(pk=attachment_id, owner=owner, message=None).delete()


def forget_unsent() -> int:
    """Deletes files that were never sent; returns their number."""
    before = timezone.now() - UNSENT_KEPT
    return Attachment.objects.filter(message=None, created_at__lt=before).delete()[0]
