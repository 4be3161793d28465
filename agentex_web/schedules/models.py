"""Schedules of people and of agents, and their runs."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models import Agent, Task
from agentex_web.tasks.models.fields import Json, Text


class Schedule(models.Model):
    """Sends a prompt to an agent at set times. Each run is a chat of its own.

    This row is the source of truth; the schedule in Temporal is updated from it (schedules/temporal.py).
    """

    class Cadence(models.TextChoices):
        ONCE = "once", _("Once")
        HOURLY = "hourly", _("Every hour")
        DAILY = "daily", _("Every day")
        WEEKDAYS = "weekdays", _("Monday to Friday")
        WEEKLY = "weekly", _("On certain days of the week")
        MONTHLY = "monthly", _("Every month")
        CRON = "cron", _("Cron expression")

    class Overlap(models.TextChoices):
        SKIP = "skip", _("Skip the new run")
        QUEUE = "queue", _("Start the new run afterwards")
        TOGETHER = "together", _("Run both at the same time")

    class CatchUp(models.IntegerChoices):
        MINUTE = 60, _("Up to a minute late")
        TEN_MINUTES = 600, _("Up to 10 minutes late")
        HOUR = 3_600, _("Up to an hour late")
        DAY = 86_400, _("Up to a day late")
        WEEK = 604_800, _("Up to a week late")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="schedules")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="schedules")
    name = models.CharField(max_length=200)
    prompt = Text()
    cadence = models.CharField(max_length=20, choices=Cadence, default=Cadence.DAILY)
    cron = models.CharField(max_length=200, blank=True, help_text="Five fields; empty for a single run.")
    once_at = models.DateTimeField(null=True, blank=True, help_text="Of a single run.")
    time_zone = models.CharField(max_length=64, default="UTC")
    overlap = models.CharField(max_length=20, choices=Overlap, default=Overlap.SKIP)
    catch_up = models.PositiveIntegerField(choices=CatchUp, default=CatchUp.HOUR, help_text="In seconds.")
    notify = models.BooleanField(default=True, help_text="The owner is told when a run has ended.")
    paused = models.BooleanField(default=False)
    skipped = Json(default=list, blank=True, help_text="Times that are left out, in UTC.")
    planned_in = models.ForeignKey(
        Task,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned",
        help_text="The chat whose agent made it; empty if a person did, or if the chat is gone.",
    )
    planned_by = models.ForeignKey(
        Agent,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned",
        help_text="The agent that made it; empty if a person did.",
    )
    revision = models.PositiveIntegerField(default=1, help_text="Raised by each change.")
    applied = models.PositiveIntegerField(default=0, help_text="The revision that Temporal has.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ("name", "created_at")
        indexes = (
            models.Index(
                fields=("updated_at",),
                condition=~models.Q(applied=models.F("revision")),
                name="schedule_to_apply",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    cadence__in=("once", "hourly", "daily", "weekdays", "weekly", "monthly", "cron")
                ),
                name="schedule_cadence_known",
            ),
            models.CheckConstraint(
                condition=models.Q(cadence="once", once_at__isnull=False, cron="")
                | (~models.Q(cadence="once") & ~models.Q(cron="")),
                name="schedule_has_times",
            ),
            models.CheckConstraint(
                condition=models.Q(overlap__in=("skip", "queue", "together")), name="schedule_overlap_known"
            ),
        )

    def __str__(self) -> str:
        # Without the name: the admin shows this to people who may not read messages.
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("schedules:schedule", args=(self.pk,))

    @property
    def temporal_id(self) -> str:
        """The schedule's id in Temporal. The ids of its workflows begin with it."""
        return f"schedule-{self.pk}"

    @property
    def skipped_times(self) -> set[datetime]:
        """The times that are skipped."""
        return {datetime.fromisoformat(each) for each in self.skipped}


class ScheduledRun(models.Model):
    """One run of a schedule: when it was due, and the chat that it started."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    task = models.OneToOneField(Task, models.SET_NULL, null=True, blank=True, related_name="scheduled_run")
    by_hand = models.BooleanField(default=False)
    skipped = models.BooleanField(default=False)
    error = Text(blank=True, help_text="Why no chat began.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("scheduled run")
        verbose_name_plural = _("scheduled runs")
        ordering = ("-due_at",)
        indexes = (models.Index(fields=("schedule", "-due_at"), name="run_of_schedule"),)

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.due_at}"


class SeenZone(models.Model):
    """The time zone of the browser from which a person last sent a message."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="seen_zone"
    )
    time_zone = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.time_zone}"


class ScheduleDeletion(models.Model):
    """A deleted schedule that may still exist in Temporal. The row is deleted once it does not."""

    schedule_id = models.UUIDField(primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.schedule_id)
