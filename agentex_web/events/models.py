"""Events that other systems reported to a task."""

from django.db import models

from agentex_web.tasks.models import Task
from agentex_web.tasks.models.fields import Json
from agentex_web.waits.models import Wait


class ReceivedEvent(models.Model):
    """One event. It is stored until a wait takes it, so that an event that arrives early is not lost."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="received_events")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, help_text="The sender's id of the event: it is taken once.")
    body = Json(null=True, blank=True)
    taken_by = models.OneToOneField(
        Wait, models.SET_NULL, null=True, blank=True, related_name="received_event"
    )
    is_taken = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("task", "name", "key"), name="event_once"),)
        indexes = (
            models.Index(
                fields=("task", "name", "id"), condition=models.Q(is_taken=False), name="event_untaken"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} of {self.task_id}"
