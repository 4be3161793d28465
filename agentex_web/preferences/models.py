from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

INSTRUCTIONS_LENGTH = 2_000
"""Maximum characters. The model is given the instructions with every call."""


class Preferences(models.Model):
    """One row for each person who has changed a setting. Everybody else has the defaults."""

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    class SendKey(models.TextChoices):
        ENTER = "enter", _("Enter sends, Shift+Enter starts a new line")
        WITH_CTRL = "ctrl", _("Ctrl+Enter (⌘+Enter) sends, Enter starts a new line")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    language = models.CharField(max_length=10, blank=True, help_text="Empty: the browser's.")
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the browser's.")
    density = models.CharField(max_length=20, choices=Density, default=Density.COMFORTABLE)
    send_key = models.CharField(max_length=20, choices=SendKey, default=SendKey.ENTER)
    sound = models.BooleanField(default=False)
    notifications = models.BooleanField(default=False)
    instructions = models.TextField(
        blank=True, max_length=INSTRUCTIONS_LENGTH, help_text="What agents are told in every chat."
    )
    memory = models.BooleanField(default=False, help_text="Agents may remember things over chats.")
    mail = models.BooleanField(default=True, help_text="About what works in the background.")

    class Meta:
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return f"Preferences of {self.user_id}"


def preferences_of(user_id: int | None) -> Preferences:
    """The person's preferences; unsaved defaults if the person has none."""
    found = Preferences.objects.filter(user_id=user_id).first() if user_id else None
    return found or Preferences(user_id=user_id or 0)


def instructions_of(user_id: int) -> str:
    """What the person wants agents to know in every chat; empty if they have written nothing."""
    found = Preferences.objects.filter(user_id=user_id).values_list("instructions", flat=True).first()
    return (found or "").strip()
