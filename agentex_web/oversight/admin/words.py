"""Formats numbers, statuses and JSON for the admin."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.templatetags.oversight import duration, first_word
from agentex_web.tasks.models.timed import Timed

JSON_LENGTH = 200_000
"""Limit on the characters of a JSON value that a page shows."""


def tokens(usage: dict[str, Any]) -> str:
    """The tokens of a turn: ``1,234 in, 56 out``; empty if unknown."""
    if not usage:
        return ""
    numbers = {"read": f"{usage.get('input', 0):,}", "written": f"{usage.get('output', 0):,}"}
    return _("%(read)s in, %(written)s out") % numbers


def chip(choice: Any, word: str = "") -> SafeString:
    """A status as a coloured word; the value determines the colour.

    Args:
        word: by default the label of the choice.
    """
    return format_html(
        '<span class="status-chip" data-status="{}">{}</span>', choice.value, word or choice.label
    )


def paused_chip() -> SafeString:
    """Shown next to a status: nothing new starts in the chat."""
    return format_html('<span class="status-chip" data-status="paused">{}</span>', _("Paused"))


def folded(value: Any) -> SafeString | str:
    """JSON that unfolds on demand; static/js/oversight/json.js shows it as a tree. A dash if it is empty."""
    if value in (None, {}, [], ""):
        return "–"
    text = json.dumps(value, ensure_ascii=False, indent=2)
    shown = text if len(text) <= JSON_LENGTH else f"{text[:JSON_LENGTH]}…"
    size = _("%(count)s characters") % {"count": f"{len(text):,}"}
    return format_html(
        '<details class="json"><summary>{} <span class="quiet">{}</span></summary>'
        '<pre data-json dir="ltr">{}</pre></details>',
        _("Show"),
        size,
        shown,
    )


class ShowsSeconds:
    """Adds a column with the duration, empty if it is unknown."""

    @admin.display(description=_("duration"))
    def took(self, timed: Timed) -> str:
        return duration(timed.seconds)


class StatusFilter(admin.ChoicesFieldListFilter):
    """Labels each status with its first word only."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": first_word(choice["display"])}
