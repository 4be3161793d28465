from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentex_web.tasks.models.message import Message


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
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ("-updated_at",)
        constraints = (
            models.UniqueConstraint(fields=("message", "user"), name="feedback_once"),
            models.CheckConstraint(condition=models.Q(value__in=(1, -1)), name="feedback_value_known"),
        )

    def __str__(self) -> str:
        return f"{self.Value(self.value).label}: {self.comment[:60]}"
