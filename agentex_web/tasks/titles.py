"""Which chats a model is asked to name: those whose title is the first words of an answered message."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from agentex_web.tasks.models import Message, Task, Turn

LEASE = timedelta(minutes=2)
"""A worker that asks for a title has this long; then another one may ask."""
GIVEN_UP_AFTER = timedelta(hours=1)
"""A chat whose first answer took longer, or for which no model gave a title, keeps its first words."""
TEXT_LENGTH = 2_000
"""Characters of each message that the model is given."""


@dataclass(frozen=True)
class Untitled:
    """
    Attributes:
        model: the one that its agent names; empty for the default.
    """

    task_id: uuid.UUID
    model: str
    asked: str
    answered: str


def wanted() -> bool:
    return bool(settings.AGENTEX_TITLES == "auto")


def claim_untitled(limit: int) -> list[Untitled]:
    """Chats that are due for a title and whose first turn is done, for this worker alone."""
    now = timezone.now()
    done = Turn.objects.filter(task=OuterRef("pk"), parent=None, status=Turn.Status.DONE)
    due = Task.objects.filter(Exists(done), title_due__lte=now, delete_at=None).order_by("title_due")
    claimed = []
    for task_id, model in due.values_list("pk", "agent__model")[:limit]:
        # Of two workers, one changes the row.
        if Task.objects.filter(pk=task_id, title_due__lte=now).update(title_due=now + LEASE):
            claimed.append((task_id, model))
    return [_untitled(task_id, model) for task_id, model in claimed]


def _untitled(task_id: uuid.UUID, model: str) -> Untitled:
    rows = Message.objects.filter(
        turn__task=task_id, turn__parent=None, turn__status=Turn.Status.DONE, kind=Message.Kind.TEXT
    ).exclude(author=Message.Author.SYSTEM)
    said = list(rows.order_by("turn__created_at", "position").values_list("author", "content")[:20])
    asked = next((text for author, text in said if author == Message.Author.USER), "")
    answered = next((text for author, text in said if author == Message.Author.AGENT), "")
    return Untitled(task_id, model, asked[:TEXT_LENGTH], answered[:TEXT_LENGTH])


def give_up_old() -> int:
    """Chats that got no title in time keep the one that they have; returns how many."""
    old = Q(created_at__lt=timezone.now() - GIVEN_UP_AFTER, title_due__isnull=False)
    return Task.objects.filter(old).update(title_due=None)


def first_due() -> dict[str, object]:
    """The fields of a new chat that has the first words of its message for a title."""
    return {"title_due": timezone.now()} if wanted() else {}
