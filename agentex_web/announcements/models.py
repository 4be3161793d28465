from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agentex_web.rendering.markdown import to_html

LONGEST = 1_000
"""Maximum characters of an announcement: it stands above what people work with."""


class Announcement(models.Model):
    """A text of staff that is shown on all pages for some time."""

    class Level(models.TextChoices):
        INFO = "info", _("Information")
        WARNING = "warning", _("Warning")
        URGENT = "urgent", _("Urgent: read out at once by screen readers")

    text = models.TextField(_("Text"), max_length=LONGEST, help_text=_("Markdown; one or two sentences."))
    level = models.CharField(_("Level"), max_length=10, choices=Level, default=Level.INFO)
    begins_at = models.DateTimeField(_("From"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_at = models.DateTimeField(
        _("Until"), null=True, blank=True, help_text=_("Empty: until you delete it.")
    )
    language = models.CharField(
        _("Language"),
        max_length=10,
        blank=True,
        help_text=_("Only on pages in this language. Empty: on all."),
    )
    dismissible = models.BooleanField(
        _("People can dismiss it"),
        default=True,
        help_text=_("Who has dismissed it does not see it again while this is on, even if you change it."),
    )
    before_login = models.BooleanField(
        _("Also for people who are not signed in"),
        default=False,
        help_text=_("On the login page, and for readers of shared links."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(level__in=("info", "warning", "urgent")), name="announcement_level_known"
            ),
            models.CheckConstraint(
                condition=models.Q(begins_at=None)
                | models.Q(ends_at=None)
                | models.Q(begins_at__lt=models.F("ends_at")),
                name="announcement_ends_after_its_beginning",
                violation_error_message=_("It must end after it begins."),
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @cached_property
    def html(self) -> str:
        return to_html(self.text)


class Dismissal(models.Model):
    """A person does not want to see an announcement again."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="dismissals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "announcement"), name="dismissed_once"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.announcement_id}"
