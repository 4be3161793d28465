"""Selects the chats for which a model writes a title: those still titled with their first message's words."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from agentex_web.tasks.models import Message, Task, Turn

LEASE = timedelta(minutes=2)
"""How long a worker has to get a title before another worker may ask for it."""
GIVEN_UP_AFTER = timedelta(hours=1)
"""A chat whose first answer takes longer, or that gets no title in this time, keeps its first title."""
TEXT_LENGTH = 2_000
"""Limit on the characters of each message that the model is given."""


@dataclass(frozen=True)
class Untitled:
    """A chat that needs a title.

    Attributes:
        model: the model that the chat's agent names; empty for the default.
    """

    task_id: uuid.UUID
    model: str
    asked: str
    answered: str


def wanted() -> bool:
    return bool(settings.AGENTEX_TITLES == "auto")


def claim_untitled(limit: int) -> list[Untitled]:
    """Claims chats whose title is due and whose first turn is done, for this worker only."""
    now = timezone.now()
    done = Turn.objects.filter(task=OuterRef("pk"), parent=None, status=Turn.Status.DONE)
    due = Task.objects.filter(Exists(done), title_due__lte=now, delete_at=None).order_by("title_due")
    claimed = []
    for task_id, model in due.values_list("pk", "agent__model")[:limit]:
        # If two workers try, only one of them changes the row.
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
    """Gives up on chats that got no title in time; returns their number."""
    old = Q(created_at__lt=timezone.now() - GIVEN_UP_AFTER, title_due__isnull=False)
    return Task.objects.filter(old).update(title_due=None)


def first_due() -> dict[str, object]:
    """Fields for a new chat whose title is the beginning of its first message."""
    return {"title_due": timezone.now()} if wanted() else {}
