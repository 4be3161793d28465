"""Reads and changes what agents remember about a person. While the person has switched memory off, agents are
given nothing and keep nothing (`worker/activities/memories.py`); the person can still add, change and delete.
"""

import uuid

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from agentex_web.memories.models import Memory
from agentex_web.preferences.models import Preferences
from agentex_web.remembered import MOST, check_room, checked


def is_on(person_id: int) -> bool:
    """True if the person lets agents remember. It is off by default."""
    return Preferences.objects.filter(user_id=person_id, memory=True).exists()


def memory_text(person_id: int) -> str | None:
    """What agents remember about the person, a line each, with its number; None if it is switched off."""
    if not is_on(person_id):
        return None
    rows = Memory.objects.filter(person_id=person_id)[:MOST]
    return "\n".join(f"{each.pk}: {each.text}" for each in rows)


def keep(person_id: int, text: str, task_id: uuid.UUID | None = None) -> Memory:
    """Remembers a text. Repeating the call changes nothing.

    Raises:
        NotKept: the text is empty or too long, or there are too many.
    """
    text = checked(text)
    with transaction.atomic():
        # Locked, so that several calls at once do not exceed the limit.
        User.objects.select_for_update().only("pk").get(pk=person_id)
        rows = Memory.objects.filter(person_id=person_id)
        known = rows.filter(text=text).first()
        if known is not None:
            return known
        check_room(rows.count())
        return Memory.objects.create(person_id=person_id, text=text, task_id=task_id)


def change(person_id: int, memory_id: int, text: str) -> None:
    """Changes the text of a memory. If the text is blank, or the person has another memory with it, it is
    deleted.

    Raises:
        NotKept: the text is too long, or shows nothing.
    """
    if not text.strip():
        drop(person_id, memory_id)
        return
    text = checked(text)
    try:
        with transaction.atomic():
            Memory.objects.filter(person_id=person_id, pk=memory_id).update(text=text)
    except IntegrityError:
        # Another one has this text, perhaps since a moment ago.
        drop(person_id, memory_id)


def drop(person_id: int, memory_id: int) -> bool:
    """Forgets a memory of the person. Returns False if there is none."""
    return Memory.objects.filter(person_id=person_id, pk=memory_id).delete()[0] > 0


def drop_all(person_id: int) -> None:
    """Forgets everything about the person."""
    Memory.objects.filter(person_id=person_id).delete()
