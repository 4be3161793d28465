import secrets

from django.db import models
from django.urls import reverse

from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.models.fields import Json


def new_token() -> str:
    """192 random bits, so that nobody can guess a link."""
    return secrets.token_urlsafe(24)


class Share(models.Model):
    """A link to a snapshot of a chat: the branch up to ``head`` when the link was created or last updated."""

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="shares")
    head = models.ForeignKey(Turn, models.CASCADE, related_name="+", help_text="The last turn that is shown.")
    with_tools = models.BooleanField(default=False, help_text="Tools and thoughts are shown.")
    with_files = models.BooleanField(default=False, help_text="Files and pictures can be opened.")
    lengths = Json(
        default=dict, blank=True, help_text="How long the messages of the last turn were, by their ids."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("task",), condition=models.Q(revoked_at=None), name="share_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.task}, {'revoked' if self.revoked_at else 'shared'}"

    def get_absolute_url(self) -> str:
        return reverse("sharing:shared", args=(self.token,))
