import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agentex_web.names import workflow_id_of
from agentex_web.tasks.models.agent import Agent
from agentex_web.tasks.models.fields import Json
from agentex_web.tasks.models.folder import Folder


class Task(models.Model):
    """One conversation with one agent. Its id names the workflow and the stream."""

    class Status(models.TextChoices):
        OPEN = "open"
        COMPLETED = "completed"
        FAILED = "failed"

    class TitleSource(models.TextChoices):
        MESSAGE = "message", "the first words of the first message"
        MODEL = "model"
        PERSON = "person"
        AGENT = "agent"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tasks")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=200, blank=True)
    title_source = models.CharField(
        max_length=20,
        choices=TitleSource,
        default=TitleSource.MESSAGE,
        help_text="Who wrote the title. A model replaces only the first words of the message.",
    )
    title_due = models.DateTimeField(
        null=True, blank=True, help_text="When a worker asks a model for a title; empty if none is wanted."
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    parameters = Json(default=dict, blank=True)
    choices = Json(
        default=dict,
        blank=True,
        help_text="What the person chose for the next messages, by the name of the agent that gets them.",
    )
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
    pinned_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    delete_at = models.DateTimeField(
        null=True, blank=True, help_text="Its owner deleted it, and can undo that until this time."
    )
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When its owner last had it in view.")
    is_temporary = models.BooleanField(
        default=False, help_text="Kept out of the list, and deleted some time after its last message."
    )
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, blank=True, related_name="tasks")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("-updated_at",)
        indexes = (
            models.Index(fields=("owner", "-updated_at"), name="task_owner_updated"),
            models.Index(
                fields=("title_due",), condition=models.Q(title_due__isnull=False), name="task_title_due"
            ),
            models.Index(
                fields=("delete_at",), condition=models.Q(delete_at__isnull=False), name="task_delete_at"
            ),
            models.Index(
                fields=("updated_at",), condition=models.Q(is_temporary=True), name="task_temporary"
            ),
            models.Index(fields=("-updated_at",), name="task_updated"),
            # The admin's filter by agent.
            models.Index(fields=("agent", "-updated_at"), name="task_agent_updated"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(title_source__in=("message", "model", "person", "agent")),
                name="task_title_source_known",
            ),
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
        return workflow_id_of(self.pk)
