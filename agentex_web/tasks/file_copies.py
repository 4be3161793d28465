"""Copies a chat's files for another chat. Each copy has its own row and file, so it can be deleted alone."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from agentex_web.tasks.attachments import AttachmentRefused
from agentex_web.tasks.models import Attachment, Task
from agentex_web.tasks.models.attachment import FOLDER

PICTURES = 32
"""Limit on the pictures of one message that are recognised as made by a model or tool."""


@dataclass(frozen=True)
class FileCopy:
    """A copied file of a duplicated chat.

    Attributes:
        row: the original attachment, without its text.
        path: where the copy is stored.
    """

    row: Attachment
    id: uuid.UUID
    message_id: uuid.UUID
    path: str


def copy_id(copy: uuid.UUID, old: object) -> uuid.UUID:
    """The id, in a copied chat, of the row that has the id ``old`` in the original chat.

    Args:
        copy: the id of the copied chat.
    """
    return uuid.uuid5(copy, str(old))


def planned(task: Task, copy: uuid.UUID) -> list[FileCopy]:
    """Plans the copies of a chat's files."""
    rows = Attachment.objects.filter(message__turn__task=task).defer("text")
    plans = []
    for row in rows:
        assert row.message_id is not None
        message_id = copy_id(copy, row.message_id)
        pk = _picture_id(row, message_id) or copy_id(copy, row.pk)
        plans.append(FileCopy(row, pk, message_id, f"{FOLDER}/{pk.hex}"))
    return plans


def _picture_id(row: Attachment, message_id: uuid.UUID) -> uuid.UUID | None:
    """The id for the copy of a picture, which is derived from its message's id (tasks/pictures.py)."""
    assert row.message_id is not None
    for number in range(PICTURES):
        if row.pk == uuid.uuid5(row.message_id, f"picture/{number}"):
            return uuid.uuid5(message_id, f"picture/{number}")
    return None


def check_room(owner_id: int, plans: Sequence[FileCopy]) -> None:
    """Checks that the copies fit into their owner's storage.

    Raises:
        AttachmentRefused: they do not.
    """
    quota = settings.AGENTEX_STORAGE_BYTES
    if not plans or not quota:
        return
    # A repeated request may find its copies.
    others = Attachment.objects.filter(owner=owner_id).exclude(pk__in=[each.id for each in plans])
    used = others.aggregate(used=Sum("size"))["used"] or 0
    size = sum(each.row.size for each in plans)
    if used + size > quota:
        raise AttachmentRefused(
            _("The files of this chat take %(size)s, and you have used %(used)s of %(quota)s.")
            % {"size": filesizeformat(size), "used": filesizeformat(used), "quota": filesizeformat(quota)}
        )


def write_files(plans: Sequence[FileCopy]) -> None:
    """Writes the files, before the rows that refer to them. Repeating it writes nothing."""
    for each in plans:
        if not default_storage.exists(each.path):
            try:
                with each.row.file.open("rb") as file:
                    default_storage.save(each.path, file)
            except FileNotFoundError:
                # If the original file is gone, the copy has none either.
                continue


def write_rows(owner_id: int, plans: Sequence[FileCopy], messages: set[uuid.UUID]) -> None:
    """Writes the rows of stored copies. Call it in a transaction.

    Args:
        messages: the ids of the copied chat's messages; files of other messages are skipped.

    Raises:
        AttachmentRefused: as ``check_room``: other files of the owner may have been stored meanwhile.
    """
    if plans:
        # One after the other, as in `attachments.store_file`.
        User.objects.select_for_update().get(pk=owner_id)
        check_room(owner_id, plans)
    texts = dict(Attachment.objects.filter(pk__in=[each.row.pk for each in plans]).values_list("pk", "text"))
    rows = [
        Attachment(
            pk=each.id,
            owner_id=each.row.owner_id,
            message_id=each.message_id,
            name=each.row.name,
            content_type=each.row.content_type,
            size=each.row.size,
            file=each.path,
            text=texts.get(each.row.pk, ""),
            encoding=each.row.encoding,
            note=each.row.note,
        )
        for each in plans
        if each.message_id in messages
    ]
    Attachment.objects.bulk_create(rows, ignore_conflicts=True)


def delete_files(plans: Sequence[FileCopy]) -> None:
    """Deletes copied files whose rows were not written: a repeated request may have written them."""
    written = set(Attachment.objects.filter(pk__in=[each.id for each in plans]).values_list("pk", flat=True))
    for each in plans:
        if each.id not in written:
            default_storage.delete(each.path)
