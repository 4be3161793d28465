"""Prompts that people save: texts for the Message box, with places to fill in."""

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

LONGEST = 10_000
"""Maximum characters of a prompt."""
MOST = 200
"""Maximum number of prompts per person."""


class Prompt(models.Model):
    """A text with ``{{places}}`` that a person fills in before it is sent."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="prompts")
    title = models.CharField(_("Name"), max_length=80)
    text = models.TextField(
        _("Text"), max_length=LONGEST, help_text=_("Write {{city}} for a blank to fill in.")
    )
    shared = models.BooleanField(_("Everyone here can use it"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering = ("title", "pk")
        indexes = (models.Index(fields=("shared", "title")),)

    def __str__(self) -> str:
        return self.title


def usable_by(user_id: int) -> QuerySet[Prompt]:
    """The prompts that a person may use: their own, and those that others share."""
    return Prompt.objects.filter(Q(owner_id=user_id) | Q(shared=True)).select_related("owner")
