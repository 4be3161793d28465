from django.db import models


class LargePayload(models.Model):
    """An argument or result that exceeds Temporal's limit of 2 MB; the history holds its name."""

    name = models.CharField(primary_key=True, max_length=64, help_text="The SHA-256 of workflow and body.")
    workflow = models.CharField(
        max_length=300, blank=True, db_index=True, help_text="The id of the workflow whose history names it."
    )
    root = models.CharField(
        max_length=300,
        blank=True,
        db_index=True,
        help_text="For a child workflow: the id of the workflow at the root. Empty until it is known.",
    )
    body = models.BinaryField()
    used_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return self.name
