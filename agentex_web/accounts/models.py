"""What is remembered about accounts beyond the accounts themselves."""

from typing import ClassVar

from django.db import models


class FirstAccount(models.Model):
    """One row, written when the first account is created. From then on the set-up link is closed for good."""

    ONLY: ClassVar[int] = 1

    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"The first account was created at {self.created_at:%Y-%m-%d %H:%M}"
