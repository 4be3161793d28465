from django.db import models

from agentex_web.tasks.models import Turn
from agentex_web.tasks.models.fields import Json


class Suggestions(models.Model):
    """What the person may want to say after a turn. A worker that asks for it makes the row first."""

    turn = models.OneToOneField(Turn, models.CASCADE, primary_key=True, related_name="suggestions")
    texts = Json(default=list, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "suggestions"

    def __str__(self) -> str:
        return f"Suggestions after {self.turn_id}"
