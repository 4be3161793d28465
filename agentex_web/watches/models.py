"""Who is told when a turn ends: a workflow that waits for it, or a person who is elsewhere meanwhile."""

from django.conf import settings
from django.db import models

from agentex_web.tasks.models import Turn
from agentex_web.waits.models import Wait


class TurnWatch(models.Model):
    """A workflow that is told by a signal when a turn has ended. Gone when it was told."""

    # Not a foreign key: of a turn that was deleted the workflow is told, too.
    turn_id = models.UUIDField()
    workflow_id = models.CharField(max_length=300)
    tell_at = models.DateTimeField(auto_now_add=True, help_text="Not before this time.")
    attempts = models.PositiveIntegerField(default=0, help_text="How often that failed.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("turn_id", "workflow_id"), name="turn_watch_once"),)
        indexes = (models.Index(fields=("tell_at",), name="turn_watch_due"),)

    def __str__(self) -> str:
        return f"{self.workflow_id} waits for {self.turn_id}"


class FollowedTurn(models.Model):
    """A wait that the end of a turn of another task decides. Gone when it is decided."""

    wait = models.OneToOneField(Wait, models.CASCADE, related_name="followed")
    # Not a foreign key: a turn that was deleted decides it, too.
    turn_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.wait_id} follows {self.turn_id}"


class Notice(models.Model):
    """A turn that works in the background: its person is told when it has ended, or needs them."""

    turn = models.OneToOneField(Turn, models.CASCADE, related_name="notice")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="Dismissed, or the chat was opened.")
    mail_at = models.DateTimeField(
        null=True, blank=True, help_text="When a mail is sent next; empty if none is to be sent."
    )

    class Meta:
        indexes = (
            models.Index(
                fields=("person", "created_at"), condition=models.Q(seen_at=None), name="notice_unseen"
            ),
            models.Index(
                fields=("mail_at",), condition=models.Q(mail_at__isnull=False), name="notice_mail_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.turn_id}"
