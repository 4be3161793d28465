import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.names import NAME_LENGTH
from agentex_web.tasks.models.fields import Json
from agentex_web.tasks.models.task import Task
from agentex_web.tasks.models.timed import Timed
from agentex_web.tasks.models.turn import Turn


class Span(Timed):
    """A named section of a task's work, defined by its agent's author."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="spans")
    turn = models.ForeignKey(Turn, models.CASCADE, null=True, blank=True, related_name="spans")
    trace_id = models.CharField(
        max_length=NAME_LENGTH, help_text="Groups spans; by convention the task's id."
    )
    # No foreign key: a parent may be written after its child, or not at all.
    parent_id = models.CharField(max_length=NAME_LENGTH, blank=True, help_text="The span that it is part of.")
    name = models.CharField(max_length=NAME_LENGTH)
    input = Json(null=True, blank=True)
    output = Json(null=True, blank=True)
    data = Json(null=True, blank=True)

    class Meta:
        verbose_name = _("span")
        verbose_name_plural = _("spans")
        ordering = ("started_at",)
        indexes = (models.Index(fields=("task", "started_at"), name="span_of_task"),)

    def __str__(self) -> str:
        return self.name
