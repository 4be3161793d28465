import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.names import NAME_LENGTH
from agentex_web.positions import OPENING
from agentex_web.tasks.models.fields import Json, Text
from agentex_web.tasks.models.timed import Timed
from agentex_web.tasks.models.turn import Turn


class Message(Timed):
    """One thing that a person sees in a turn."""

    class Author(models.TextChoices):
        USER = "user", _("User")
        AGENT = "agent", _("Agent")
        SYSTEM = "system", _("System")

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        REASONING = "reasoning", _("Reasoning")
        TOOL_REQUEST = "tool_request", _("Tool Request")
        TOOL_RESPONSE = "tool_response", _("Tool Response")
        HANDOFF = "handoff", _("Handoff")
        APPROVAL = "approval", _("Approval")
        FORM = "form", _("Form")
        WAIT = "wait", _("wait: for a time or an event")
        ERROR = "error", _("Error")

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        STREAMING = "streaming", _("Streaming")
        DONE = "done", _("Done")
        INTERRUPTED = "interrupted", _("Interrupted")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="messages")
    position = models.CharField(
        max_length=255, help_text="Order in the turn, compared as text (positions.py)."
    )
    author = models.CharField(max_length=20, choices=Author)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TEXT)
    status = models.CharField(max_length=20, choices=Status, default=Status.DONE)
    content = Text(blank=True, help_text="Text or Markdown; for a tool, its arguments or result as received.")
    data = Json(default=dict, blank=True, help_text="Further data of this kind of message.")
    html = Text(blank=True, editable=False, help_text="Rendered once, when the message was complete.")
    error = Text(blank=True)
    agent_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    tool_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    tool_call_id = models.CharField(max_length=200, blank=True)
    attempt = models.PositiveIntegerField(default=1)
    usage = Json(default=dict, blank=True, help_text="Tokens of the model call, on its last message.")
    # Nullable, so that SQLite can add the column without rewriting the table.
    created_at = models.DateTimeField(auto_now_add=True, null=True, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("turn__created_at", "position")
        permissions = (("read_messages", "Can read the messages of every chat"),)
        indexes = (
            # The admin's list of all messages.
            models.Index(fields=("-created_at", "-id"), name="message_created"),
            # Its filters: without them, a kind or status of few messages reads all of them.
            models.Index(fields=("kind", "-created_at", "-id"), name="message_kind"),
            models.Index(fields=("status", "-created_at", "-id"), name="message_status"),
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
                        "form",
                        "wait",
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
    def is_sent(self) -> bool:
        """True for rows written when a person sends a message: that message, and a handoff it asks for."""
        return self.opens_turn or (self.kind == self.Kind.HANDOFF and self.author == self.Author.USER)

    @property
    def opens_turn(self) -> bool:
        """True for the person's message that opens the turn."""
        return self.position == OPENING
