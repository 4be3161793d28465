import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models.fields import Json, Text
from agentex_web.tasks.models.task import Task
from agentex_web.tasks.models.timed import Timed

if TYPE_CHECKING:
    from agentex_web.tasks.models.message import Message


class Turn(Timed):
    """One message of a person and everything that the agent did about it. It has that message's id."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending: kept here, no worker has it yet")
        QUEUED = "queued", _("queued behind another turn")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        INTERRUPTED = "interrupted", _("Interrupted")
        FAILED = "failed", _("Failed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (Status.PENDING, Status.QUEUED, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="turns")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    deliver_at = models.DateTimeField(
        null=True, blank=True, help_text="While it is pending: when it is delivered to Temporal next."
    )
    deliveries = models.PositiveIntegerField(default=0, help_text="How often that was tried.")
    stop_requested = models.BooleanField(default=False)
    undo_requested = models.BooleanField(
        default=False, help_text="With the Stop, what the turn has done is undone."
    )
    attempt = models.PositiveIntegerField(default=1, help_text="Attempt number of the latest model call.")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="Time of the next attempt.")
    error = Text(blank=True, help_text="Why it failed or is being retried.")
    activity = models.CharField(
        max_length=100, blank=True, help_text="Temporal activity of the model call that failed last."
    )
    items = Json(default=list, blank=True, help_text="SDK input items that this turn added.")
    left_out = models.CharField(
        max_length=20, blank=True, help_text="What the model refused and later turns are not given."
    )
    summary = Text(blank=True, help_text="Stands for all turns before this one in what the model is given.")
    last_agent = models.CharField(
        max_length=200, blank=True, help_text="The agent that spoke last; the next message goes to it."
    )
    context = Json(
        null=True, blank=True, default=None, help_text="The run context, kept for the turns that follow."
    )
    choices = Json(
        default=dict,
        blank=True,
        help_text="How it is answered: agent (if not the task's own), model, effort, temperature, without "
        "(tools that are switched off).",
    )
    instructions = Text(blank=True, help_text="What the person wants agents to know, as it was then.")
    usage = Json(default=dict, blank=True, help_text="Tokens: input, cached, output, reasoning.")
    cut = Json(
        default=dict,
        blank=True,
        help_text="The answer that was cut at the length limit and can go on, if any.",
    )
    continued = models.PositiveIntegerField(default=0, help_text="How often it has gone on.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ("created_at",)
        indexes = (
            models.Index(fields=("task", "created_at"), name="turn_task_created"),
            # Without a condition: SQLite uses a partial index only if the query's text holds the values.
            models.Index(fields=("status", "created_at"), name="turn_status"),
            models.Index(fields=("-created_at",), name="turn_created"),
            models.Index(fields=("finished_at",), name="turn_finished"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    status__in=("pending", "queued", "running", "done", "interrupted", "failed", "withdrawn")
                ),
                name="turn_status_known",
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="turn_not_own_parent"),
        )

    def __str__(self) -> str:
        return f"{self.pk} ({self.status})"

    def answers(self) -> models.QuerySet["Message"]:
        """The agent's text messages in the turn."""
        return self.messages.filter(author="agent", kind="text")
