"""Files that wait to be imported: kept, listed and stopped for the person who uploaded them."""

import uuid
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.imports.models import Import, forget_file
from agentex_web.tasks.attachments import display_name
from agentex_web.tasks.models import Agent

WAITING = 5
"""Imports of one person that may wait or run at the same time."""
SHOWN = 10
KEPT = timedelta(days=30)
"""How long ended imports are listed."""


class ImportRefused(Exception):
    """The file is refused; the message says why."""


def keep(owner: User, agent: Agent, file: "UploadedFile[bytes]") -> Import:
    """Stores an uploaded file; a worker imports it.

    Raises:
        ImportRefused: too many of the person's imports have not ended yet.
    """
    if Import.objects.filter(owner=owner, status__in=Import.OPEN).count() >= WAITING:
        raise ImportRefused(
            _("%(count)s of your imports have not finished yet. Wait for them.") % {"count": WAITING}
        )
    row = Import(owner=owner, agent=agent, name=display_name(file.name))
    row.file.save(row.pk.hex, file, save=False)
    row.save(force_insert=True)
    return row


def latest(owner: User) -> list[Import]:
    """The person's latest imports, the newest first."""
    return list(Import.objects.filter(owner=owner)[:SHOWN])


def stop(owner: User, import_id: uuid.UUID) -> Import | None:
    """Ends an import. Chats that were imported stay. Returns None if the person has no such import."""
    own = Import.objects.filter(pk=import_id, owner=owner)
    stopped = own.filter(status__in=Import.OPEN).update(status=Import.Status.STOPPED)
    row = own.first()
    if stopped and row is not None:
        forget_file(row)
        own.update(file="")
    return row


def forget_old() -> int:
    """Deletes the rows of imports that ended long ago; returns their number."""
    ended = Import.objects.exclude(status__in=Import.OPEN)
    return ended.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
