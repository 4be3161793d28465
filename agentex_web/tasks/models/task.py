import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse

from agentex_web.tasks.models.agent import Agent
from agentex_web.tasks.models.fields import Json


class Task(models.Model):
    """One conversation with one agent. Its id names the workflow and the stream."""

    class Status(models.TextChoices):
        OPEN = "open"
        COMPLETED = "completed"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tasks")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    parameters = Json(default=dict, blank=True)
    state = Json(default=dict, blank=True, help_text="What the agent stores with adk.state.")
    state_version = models.PositiveIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=0, help_text="Raised by each change that pages show.")
    head = models.ForeignKey(
        "Turn",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Last turn of the branch that is shown.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at",)
        indexes = (models.Index(fields=("owner", "-updated_at"), name="task_owner_updated"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=("open", "completed", "failed")), name="task_status_known"
            ),
        )

    def __str__(self) -> str:
        return self.title or str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("chat:task", args=(self.pk,))

    @property
    def workflow_id(self) -> str:
        return f"task-{self.pk}"
