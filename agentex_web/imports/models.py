import logging
import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from agentex_web.tasks.models import Agent
from agentex_web.tasks.models.fields import Json

logger = logging.getLogger(__name__)


class Import(models.Model):
    """An export file that a person uploaded, and how far its import is. A worker imports it."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    OPEN = (Status.WAITING, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
    agent = models.ForeignKey(Agent, models.CASCADE, help_text="Continues chats whose own agent is not here.")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports", blank=True, help_text="Deleted when the import has ended.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    percent = models.PositiveSmallIntegerField(default=0, help_text="The share of the file that was read.")
    made = models.PositiveIntegerField(default=0, help_text="Chats that were imported.")
    known = models.PositiveIntegerField(default=0, help_text="Chats that had been imported before.")
    empty = models.PositiveIntegerField(default=0, help_text="Chats without a message.")
    left_out = models.PositiveIntegerField(default=0, help_text="Chats that are too large or damaged.")
    first = Json(default=list, blank=True, help_text="Ids of the first chats that were imported.")
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When a worker last reported progress.")

    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker has begun it.")

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("status", "created_at"), name="imports_by_status"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


@receiver(post_delete, sender=Import)
def delete_file(instance: Import, **_: Any) -> None:
    # After the commit: if the deletion is rolled back, the file must still exist.
    transaction.on_commit(partial(forget_file, instance))


def forget_file(row: Import) -> None:
    """Deletes the uploaded file, if it is still there."""
    try:
        if row.file:
            row.file.delete(save=False)
    except OSError as error:
        logger.warning("The file %s of import %s stays: %s", row.file.name, row.pk, error)
