"""Waits of turns, people's decisions about them, allowed tools, and pauses of chats."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.models.fields import Json


class Wait(models.Model):
    """One thing that a turn waits for: an approval, an answer to a form, a time, or an event.

    Its card in the conversation is the message with the same id. A signal tells the waiting workflow the
    decision (delivery/decisions.py).
    """

    class Kind(models.TextChoices):
        APPROVAL = "approval", _("Approval")
        FORM = "form", _("Form")
        TIMER = "timer", _("Timer")
        EVENT = "event", _("Event")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DECIDED = "decided", _("Decided")
        EXPIRED = "expired", _("expired: the deadline decided")
        CANCELLED = "cancelled", _("cancelled: the turn ended")

    FOR_PEOPLE = (Kind.APPROVAL, Kind.FORM)
    """The kinds that wait for a person, and so are listed in an inbox."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="waits")
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="waits")
    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=20, choices=Status, default=Status.WAITING)
    title = models.CharField(max_length=300, blank=True, help_text="What is asked, in a few words.")
    agent_name = models.CharField(max_length=200, blank=True)
    payload = Json(default=dict, blank=True, help_text="What is shown to the person who decides.")
    decision = Json(null=True, blank=True, default=None, help_text="What the workflow is told.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    group = models.CharField(
        max_length=150, blank=True, help_text="People of this group decide; empty: the owner of the chat."
    )
    people = models.PositiveSmallIntegerField(default=1, help_text="How many different people must agree.")
    deadline = models.DateTimeField(null=True, blank=True)
    otherwise = Json(null=True, blank=True, default=None, help_text="The decision at the deadline.")
    remind_at = models.DateTimeField(null=True, blank=True, help_text="Time of the next reminder.")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When people were reminded last.")
    reminders = Json(default=list, blank=True, help_text="Further reminders, in seconds after it was asked.")
    workflow_id = models.CharField(max_length=300, help_text="The workflow that waits.")
    deliver_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the workflow is told next; empty once it has been told.",
    )
    deliveries = models.PositiveIntegerField(default=0, help_text="How often that was tried.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("wait")
        verbose_name_plural = _("waits")
        ordering = ("-created_at",)
        indexes = (
            models.Index(
                fields=("task", "created_at"),
                condition=models.Q(status="waiting"),
                name="wait_open_of_task",
            ),
            models.Index(
                fields=("group", "created_at"),
                condition=models.Q(status="waiting"),
                name="wait_open_of_group",
            ),
            models.Index(
                fields=("remind_at",), condition=models.Q(remind_at__isnull=False), name="wait_remind"
            ),
            models.Index(
                fields=("deliver_at",), condition=models.Q(deliver_at__isnull=False), name="wait_deliver"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("approval", "form", "timer", "event")), name="wait_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("waiting", "decided", "expired", "cancelled")),
                name="wait_status_known",
            ),
        )

    def __str__(self) -> str:
        # Without the title: the admin shows this to people who may not read messages.
        return f"{self.kind} {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING


class Decision(models.Model):
    """One person's decision about a wait. If several people must agree, there is one row for each."""

    wait = models.ForeignKey(Wait, models.CASCADE, related_name="decisions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=150, help_text="The person's user name at that time.")
    value = Json(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (models.UniqueConstraint(fields=("wait", "person"), name="decision_once_a_person"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.wait_id}"


class Allowed(models.Model):
    """A tool that a chat's agent may call without asking again."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="allowed_tools")
    tool = models.CharField(max_length=300)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("allowed tool")
        verbose_name_plural = _("allowed tools")
        ordering = ("tool",)
        constraints = (models.UniqueConstraint(fields=("task", "tool"), name="allowed_once"),)

    def __str__(self) -> str:
        return self.tool


class Pause(models.Model):
    """A chat that is paused, or was paused and has been resumed (``paused`` is False)."""

    task = models.OneToOneField(Task, models.CASCADE, related_name="pause")
    paused = models.BooleanField(default=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)
    deliver_at = models.DateTimeField(
        null=True, blank=True, help_text="When the workflow is told next; empty once it has been told."
    )

    class Meta:
        permissions = (("pause_chats", "Can pause and resume the chats of everybody"),)
        indexes = (
            models.Index(
                fields=("deliver_at",), condition=models.Q(deliver_at__isnull=False), name="pause_deliver"
            ),
        )

    def __str__(self) -> str:
        return f"{self.task_id}: {'paused' if self.paused else 'resumed'}"
