from django.conf import settings
from django.db import models

from agentex_web.remembered import LONGEST


class Memory(models.Model):
    """One thing that agents remember about a person, in all chats with agents that have a memory."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memories")
    text = models.CharField(max_length=LONGEST)
    # No foreign key: if the chat is deleted, what was remembered in it stays until the person deletes it.
    task_id = models.UUIDField(
        null=True, blank=True, help_text="The chat in which it was remembered; empty if the person wrote it."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("person", "text"), name="memory_once"),)

    def __str__(self) -> str:
        # Without its text: the admin names rows that it deletes.
        return f"{self.pk} of {self.person_id}"
