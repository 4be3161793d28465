"""Selects the answers after which a model writes suggestions: the last one of a chat, while it is fresh."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from agentex_web.suggestions.models import Suggestions
from agentex_web.tasks.models import Message, Turn

FRESH = timedelta(minutes=2)
"""An older answer gets no suggestions: people who read it have gone on."""
LONGEST_TURN = timedelta(hours=1)
"""A turn that began earlier gets no suggestions, so that the query reads few rows."""
TEXT_LENGTH = 2_000
"""The model is given only this many characters of each message."""


@dataclass(frozen=True)
class Answered:
    """A turn whose answer may get suggestions.

    Attributes:
        model: the agent's model; empty for the default.
    """

    task_id: uuid.UUID
    turn_id: uuid.UUID
    model: str
    asked: str
    answered: str


def wanted() -> bool:
    return bool(settings.AGENTEX_SUGGESTIONS == "auto")


def texts_after(turn_id: uuid.UUID | None) -> list[str]:
    """The suggestions after the turn; empty if there are none or the setting is off."""
    if turn_id is None or not wanted():
        return []
    found = Suggestions.objects.filter(turn_id=turn_id).values_list("texts", flat=True).first()
    return [str(each) for each in found or []]


def claim_answered(limit: int) -> list[Answered]:
    """Fresh answers without suggestions. Each is returned to one worker only."""
    now = timezone.now()
    turns = Turn.objects.filter(
        created_at__gte=now - LONGEST_TURN,
        finished_at__gte=now - FRESH,
        status=Turn.Status.DONE,
        task__head=F("pk"),
        task__delete_at=None,
        suggestions=None,
    )
    rows = turns.order_by("-created_at").values_list("task_id", "pk", "task__agent__model")[:limit]
    return [_answered(*row) for row in rows if _is_ours(row[1])]


def _is_ours(turn_id: uuid.UUID) -> bool:
    """Creates the row. False if another worker has created it."""
    try:
        with transaction.atomic():
            Suggestions(turn_id=turn_id).save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _answered(task_id: uuid.UUID, turn_id: uuid.UUID, model: str) -> Answered:
    rows = Message.objects.filter(turn=turn_id, kind=Message.Kind.TEXT).exclude(author=Message.Author.SYSTEM)
    said = list(rows.order_by("position").values_list("author", "content")[:100])
    asked = next((text for author, text in said if author == Message.Author.USER), "")
    answered = next((text for author, text in reversed(said) if author == Message.Author.AGENT), "")
    return Answered(task_id, turn_id, model, asked[:TEXT_LENGTH], answered[:TEXT_LENGTH])
