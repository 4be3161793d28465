"""The record: what people asked, what agents did about it, and what is shown of it.

A task is one conversation, a turn is one message of a person and everything the agent did about
it, a message is one thing that a person sees. Statuses are written by whoever makes them true.
"""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse


class Agent(models.Model):
    """An agent as the last worker that carries it described it; web processes read only this."""

    name = models.SlugField(primary_key=True, max_length=100, help_text="The file's name in agents/.")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    starters = models.JSONField(default=list, blank=True, help_text="Prompts offered on an empty page.")
    model = models.CharField(max_length=200, blank=True, help_text="The model it names; empty: the default.")
    workflow = models.CharField(max_length=200, help_text="The Temporal workflow type that runs it.")
    task_queue = models.CharField(max_length=200)
    error = models.TextField(blank=True, help_text="Why the file could not be loaded; empty if it could.")
    available = models.BooleanField(default=True)
    seen_at = models.DateTimeField(help_text="The last sign of life of a worker that carries it.")

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


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
    parameters = models.JSONField(default=dict, blank=True)
    state = models.JSONField(default=dict, blank=True, help_text="What the agent keeps with adk.state.")
    state_version = models.PositiveIntegerField(default=0)
    head = models.ForeignKey(
        "Turn",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The branch shown ends here.",
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


class Turn(models.Model):
    """One message of a person and all that the agent did about it; has that message's id."""

    class Status(models.TextChoices):
        PENDING = "pending", "pending: kept here, no worker has it yet"
        QUEUED = "queued", "queued behind another turn"
        RUNNING = "running"
        DONE = "done"
        INTERRUPTED = "interrupted"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    OPEN = (Status.PENDING, Status.QUEUED, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="turns")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    stop_requested = models.BooleanField(default=False)
    attempt = models.PositiveIntegerField(default=1, help_text="Of the model call that runs or ran last.")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="When the next attempt comes.")
    error = models.TextField(blank=True, help_text="Why it failed, or why it is tried again.")
    activity = models.CharField(
        max_length=100, blank=True, help_text="The Temporal activity of the model call that failed last."
    )
    items = models.JSONField(default=list, blank=True, help_text="The SDK input items that it added.")
    usage = models.JSONField(default=dict, blank=True, help_text="Tokens: input, cached, output, reasoning.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        indexes = (
            models.Index(fields=("task", "created_at"), name="turn_task_created"),
            models.Index(
                fields=("status", "created_at"),
                condition=models.Q(status__in=("pending", "queued", "running")),
                name="turn_open",
            ),
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
        """What the agent said in it, in words."""
        return self.messages.filter(author=Message.Author.AGENT, kind=Message.Kind.TEXT)

    @property
    def seconds(self) -> float | None:
        """How long the agent took, in seconds; None while that is not known."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class Message(models.Model):
    """One thing that a person sees in a turn."""

    class Author(models.TextChoices):
        USER = "user"
        AGENT = "agent"
        SYSTEM = "system"

    class Kind(models.TextChoices):
        TEXT = "text"
        REASONING = "reasoning"
        TOOL_REQUEST = "tool_request"
        TOOL_RESPONSE = "tool_response"
        HANDOFF = "handoff"
        APPROVAL = "approval"
        ERROR = "error"

    class Status(models.TextChoices):
        PENDING = "pending"
        STREAMING = "streaming"
        DONE = "done"
        INTERRUPTED = "interrupted"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="messages")
    position = models.PositiveBigIntegerField(help_text="Order in the turn; the person's own message is 0.")
    author = models.CharField(max_length=20, choices=Author)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TEXT)
    status = models.CharField(max_length=20, choices=Status, default=Status.DONE)
    content = models.TextField(
        blank=True, help_text="Text or markdown; a tool's arguments or result as given."
    )
    data = models.JSONField(default=dict, blank=True, help_text="What the kind needs beside its content.")
    html = models.TextField(
        blank=True, editable=False, help_text="Rendered once, when the message completed."
    )
    error = models.TextField(blank=True)
    agent_name = models.CharField(max_length=200, blank=True)
    tool_name = models.CharField(max_length=200, blank=True)
    tool_call_id = models.CharField(max_length=200, blank=True)
    attempt = models.PositiveIntegerField(default=1)
    usage = models.JSONField(default=dict, blank=True, help_text="Of the model call, on its last message.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("turn__created_at", "position")
        indexes = (
            models.Index(
                fields=("turn", "tool_call_id"),
                name="message_tool_call",
                condition=~models.Q(tool_call_id=""),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("turn", "position"), name="message_position_once"),
            models.CheckConstraint(
                condition=models.Q(author__in=("user", "agent", "system")), name="message_author_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=(
                        "text",
                        "reasoning",
                        "tool_request",
                        "tool_response",
                        "handoff",
                        "approval",
                        "error",
                    )
                ),
                name="message_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("pending", "streaming", "done", "interrupted", "failed")),
                name="message_status_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.content[:60]}"

    @property
    def seconds(self) -> float | None:
        """How long it took, in seconds; None while that is not known."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class Feedback(models.Model):
    """What a person thinks of an answer."""

    class Value(models.IntegerChoices):
        UP = 1
        DOWN = -1

    COMMENT_LENGTH = 2_000

    message = models.ForeignKey(Message, models.CASCADE, related_name="feedback")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feedback")
    value = models.SmallIntegerField(choices=Value)
    comment = models.TextField(blank=True, max_length=COMMENT_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at",)
        verbose_name_plural = "feedback"
        constraints = (
            models.UniqueConstraint(fields=("message", "user"), name="feedback_once"),
            models.CheckConstraint(condition=models.Q(value__in=(1, -1)), name="feedback_value_known"),
        )

    def __str__(self) -> str:
        return f"{self.Value(self.value).label}: {self.comment[:60]}"


class LargePayload(models.Model):
    """An argument or result that is too large for Temporal, which takes 2 MB; its history holds the name."""

    name = models.CharField(primary_key=True, max_length=64, help_text="The SHA-256 of the body.")
    body = models.BinaryField()
    used_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """A file that a person attached to a message; until that is sent it belongs to none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attachments")
    message = models.ForeignKey(
        Message,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        help_text="The first with it.",
    )
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100, help_text="By its content, not by its name.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    file = models.FileField(upload_to="attachments")
    text = models.TextField(blank=True, help_text="What a model is given of a file that is no image.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
