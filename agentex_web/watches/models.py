"""Who is notified when a turn ends: a workflow that waits for it, or a person who has left the chat."""

from django.conf import settings
from django.db import models

from agentex_web.tasks.models import Turn
from agentex_web.waits.models import Wait


class TurnWatch(models.Model):
    """A workflow that gets a signal when a turn has ended. The row is deleted once the signal was sent."""

    # Not a foreign key, because the workflow is also told when the turn was deleted.
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
    """A wait that is decided when a turn of another task ends. The row is deleted once that has happened."""

    wait = models.OneToOneField(Wait, models.CASCADE, related_name="followed")
    # Not a foreign key, because the deletion of the turn also decides the wait.
    turn_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.wait_id} follows {self.turn_id}"


class Notice(models.Model):
    """A background turn. The person is notified when it has ended or needs them."""

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
