"""Figures of the record as people read them."""

from typing import Any

from django.contrib import admin

from agentex_web.tasks.models.timed import Timed


def tokens(usage: dict[str, Any]) -> str:
    """What a turn took: ``1,234 in, 56 out``; empty where nothing is known."""
    return f"{usage.get('input', 0):,} in, {usage.get('output', 0):,} out" if usage else ""


class ShowsSeconds:
    """Of what begins and ends: how long it took."""

    @admin.display(description="seconds")
    def took(self, timed: Timed) -> str:
        return "" if timed.seconds is None else f"{timed.seconds:.1f}"


class StatusFilter(admin.ChoicesFieldListFilter):
    """A turn's status by its first word: what explains it is too long for the column."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            word = str(choice["display"]).split()[0].strip(":").capitalize()
            yield {**choice, "display": word}
