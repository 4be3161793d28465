"""Formats numbers and statuses for the admin."""

from typing import Any

from django.contrib import admin

from agentex_web.tasks.models.timed import Timed


def tokens(usage: dict[str, Any]) -> str:
    """The tokens of a turn: ``1,234 in, 56 out``; empty if unknown."""
    return f"{usage.get('input', 0):,} in, {usage.get('output', 0):,} out" if usage else ""


class ShowsSeconds:
    """A duration; empty if unknown."""

    @admin.display(description="seconds")
    def took(self, timed: Timed) -> str:
        return "" if timed.seconds is None else f"{timed.seconds:.1f}"


class StatusFilter(admin.ChoicesFieldListFilter):
    """A turn's status by its first word: what explains it is too long for the column."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            word = str(choice["display"]).split()[0].strip(":").capitalize()
            yield {**choice, "display": word}
