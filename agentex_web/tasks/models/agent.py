from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.names import FILE_NAME_LENGTH, NAME_LENGTH
from agentex_web.tasks.models.fields import Json, Text


class Agent(models.Model):
    """An agent as described by the last worker that runs it; web processes read only this."""

    name = models.SlugField(
        primary_key=True, max_length=FILE_NAME_LENGTH, help_text="The file's name in agents/."
    )
    title = models.CharField(max_length=NAME_LENGTH)
    description = Text(blank=True)
    starters = Json(default=list, blank=True, help_text="Prompts offered on an empty page.")
    model = models.CharField(
        max_length=NAME_LENGTH, blank=True, help_text="The model that the agent names; empty for the default."
    )
    workflow = models.CharField(max_length=NAME_LENGTH, help_text="The Temporal workflow type that runs it.")
    task_queue = models.CharField(max_length=200)
    error = Text(blank=True, help_text="Why the file could not be loaded; empty if it could.")
    allow_manual_result = models.BooleanField(
        default=False, help_text="Everyone may enter the result of a failed tool, not only staff."
    )
    declared = Json(
        default=dict,
        blank=True,
        help_text="What its file lets people choose, and what it asks for (catalog/declared.py).",
    )
    # Not announced by workers, so an announcement does not overwrite it: an administrator sets it.
    groups = models.ManyToManyField(
        Group, blank=True, related_name="+", help_text="Who may use it. None: everyone."
    )
    available = models.BooleanField(default=True)
    seen_at = models.DateTimeField(help_text="When a worker that runs it last reported.")

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title
