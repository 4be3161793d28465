from django.conf import settings
from django.db import models


class Subscription(models.Model):
    """A browser that shows notifications for a person while they are logged in with it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1_000, unique=True, help_text="Address at the browser's vendor.")
    p256dh = models.CharField(max_length=100, help_text="The browser's public key.")
    auth = models.CharField(max_length=50, help_text="The secret that it shares with this site.")
    session_key = models.CharField(max_length=40, db_index=True, help_text="Ends with this session.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Since the last success.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"A browser of {self.person_id}"


class Told(models.Model):
    """A notification that a person gets. The worker that creates its row sends it. Deleted after a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    event = models.CharField(max_length=60, help_text="turn/ or wait/, and its id.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "event"), name="told_once"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.event}"
