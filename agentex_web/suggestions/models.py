from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models import Turn
from agentex_web.tasks.models.fields import Json


class Suggestions(models.Model):
    """Suggestions for the next message after a turn. A worker creates the row before it asks a model."""

    turn = models.OneToOneField(Turn, models.CASCADE, primary_key=True, related_name="suggestions")
    texts = Json(default=list, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = _("suggestions")

    def __str__(self) -> str:
        return f"Suggestions after {self.turn_id}"
