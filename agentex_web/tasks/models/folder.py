from django.conf import settings
from django.db import models


class Folder(models.Model):
    """A folder in a person's list of chats."""

    NAME_LENGTH = 60

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=NAME_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="folder_name_once"),)

    def __str__(self) -> str:
        return self.name
