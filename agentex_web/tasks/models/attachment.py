import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.names import NAME_LENGTH
from agentex_web.tasks.models.message import Message

FOLDER = "attachments"
"""Where files are stored."""


class Attachment(models.Model):
    """A file that a person attached to a message. Until it is sent, it has no message."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attachments")
    message = models.ForeignKey(
        Message,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        help_text="The message that the file was sent with first.",
    )
    name = models.CharField(max_length=NAME_LENGTH)
    content_type = models.CharField(max_length=100, help_text="From its content, not its name.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    file = models.FileField(upload_to=FOLDER)
    text = models.TextField(blank=True, help_text="What the model receives of a file that is not an image.")
    encoding = models.CharField(
        max_length=20, blank=True, help_text="The encoding of a text file that may not be UTF-8."
    )
    note = models.CharField(
        max_length=200, blank=True, help_text="What was left out or replaced when the file was read."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
